import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FLAT_OUT } from "sluice/emulator/bedrock";
import { serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { expect, onTestFinished, test } from "vitest";
import { openSources } from "../../apps/sources.ts";
import { titles } from "../../apps/titles/index.ts";
import { startTitles } from "../../apps/titles/testing/titles-server.ts";
import { launchChromium } from "../browser/chromium.ts";
import { openChat } from "./clients/titles-chat.ts";

test("seed 001: the document's test page connects in a real browser and its ping is answered", async () => {
  await using sources = await openSources({ kind: "offline", pace: FLAT_OUT });
  await using browser = await launchChromium();
  const pages = await mkdtemp(join(tmpdir(), "sluice-seed-"));
  onTestFinished(() => rm(pages, { recursive: true, force: true }));
  await using server = await serve({ titles }, { store: memory(), source: sources.of, port: 0, pages, signals: false });
  const source = await readFile(new URL("./clients/titles-page.html", import.meta.url), "utf8");
  const body = source.replaceAll("__WS_URL__", `${server.url.replace("http", "ws")}/titles`);
  await writeFile(join(pages, "seed.html"), body);
  const page = await browser.newPage({ bypassCSP: true });
  const lines: string[] = [];
  page.on("console", (message) => lines.push(message.text()));
  const answered = page.waitForEvent("console", (message) => /^(Message|Closed):/.test(message.text()));
  await page.goto(`${server.url}/seed.html`);
  expect((await answered).text()).toMatch(/^Message: .*"type":"pong"/);
  expect(lines).toContain("Connected");
});

test("seed 001: the document's chat shows progress, then growing text, then the full content with titles", async () => {
  await using server = await startTitles();
  const chat = openChat(`${server.url.replace("http", "ws")}/titles`, "project");
  try {
    await chat.done;
  } finally {
    chat.close();
  }
  const types: string[] = chat.received.map(({ type }: { type: string }) => type);
  const first = types.indexOf("stream_chunk");
  const last = types.lastIndexOf("stream_chunk");
  expect(first).toBeGreaterThan(0);
  expect(types.slice(first, last + 1)).not.toContain("progress");
  const shown = (chat.states as { loadingProgress?: { percentage: number } }[][]).flatMap(
    ([message]) => message?.loadingProgress ?? [],
  );
  expect(shown[0]).toEqual({ stage: "analyzing", message: "Analyzing prompt cards...", percentage: 10 });
  const percentages: number[] = shown.map(({ percentage }: { percentage: number }) => percentage);
  expect(percentages).toEqual(percentages.toSorted((left, right) => left - right));
  expect(percentages.at(-1)).toBe(100);
  const complete = chat.received.at(-1);
  const beforeTheEnd = chat.states.at(-2)[0];
  expect(beforeTheEnd.content).toBe(complete.fullContent);
  expect(chat.states.at(-1)[0]).toMatchObject({ content: complete.fullContent, isLoading: false, isStreaming: false });
  expect(complete.titles.length).toBeGreaterThan(0);
  for (const title of complete.titles) expect(complete.fullContent).toContain(title);
});
