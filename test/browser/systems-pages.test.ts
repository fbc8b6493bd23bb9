import type { Browser, Page } from "playwright-core";
import { type Server, serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEnvironment } from "../../apps/environment.ts";
import { gatewaysFor } from "../../apps/index.ts";
import { llmModels } from "../../apps/llm/models.ts";
import { type Sources, openSources } from "../../apps/sources.ts";
import { pngPicture } from "../end-to-end/support/png-picture.ts";
import { BuiltPage } from "./built-page.ts";
import { launchChromium } from "./chromium.ts";
import { PAGES } from "./system-pages.ts";

let built: BuiltPage;
let browser: Browser;
let sources: Sources;
let server: Server;
beforeAll(async () => {
  built = await BuiltPage.make();
  browser = await launchChromium();
  const settings = readEnvironment({});
  sources = await openSources({ kind: "offline", pace: { tokensPerSecond: 60, firstTokenMs: 20 } });
  server = await serve(gatewaysFor(settings), {
    store: memory(),
    source: sources.of,
    port: 0,
    pages: built.folder,
    signals: false,
    features: { standIn: true, llmModels: llmModels(settings) },
  });
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await sources[Symbol.asyncDispose]();
  await built[Symbol.asyncDispose]();
});

/** The page in a browser of its own; what it complains of fails the test. */
async function opened(system: string, width = 1280): Promise<{ page: Page; close(): Promise<void> }> {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width, height: 844 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`/${system}.html`);
  await page.getByText("Answers come from a stand-in").waitFor();
  return {
    page,
    async close() {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}

const send = (page: Page): Promise<void> => page.locator("#ask").click();
const state = (page: Page, name: string): Promise<void> =>
  page.locator(`.run-state[data-state="${name}"]`).last().waitFor();
const firstWords = (page: Page): Promise<void> => page.locator(".answer-text p").last().waitFor();

/** The text on the page is the one that the server has. */
async function expectStored(page: Page, system: string): Promise<void> {
  const kept = await page.evaluate((key) => sessionStorage.getItem(key), `sluice.${system}`);
  const { streamId } = (JSON.parse(kept ?? "null") as { turns: { streamId: string }[] }).turns.at(-1)!;
  const report = (await (await fetch(`${server.url}/${system}/streams/${streamId}`)).json()) as { text: string };
  const words = (text: string): string => text.replaceAll(/\s+/g, "");
  expect(words((await page.locator(".answer-text").last().textContent()) ?? "")).toBe(words(report.text));
}

describe.each(PAGES)("the page of $system", { timeout: 30_000 }, ({ system, fill, check, provoke }) => {
  test("answers, on a phone without scrolling sideways, and shows it all again after a reload", async () => {
    const { page, close } = await opened(system, 390);
    await fill(page);
    await send(page);
    await state(page, "complete");
    await check(page);
    await expectStored(page, system);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.reload();
    await state(page, "complete");
    await expectStored(page, system);
    await close();
  });

  test("goes on where it stopped when its wire is cut, and when it is reloaded, in the middle", async () => {
    const { page, close } = await opened(system);
    await fill(page);
    await page.locator("#form").press("Control+Enter");
    await firstWords(page);
    await page.getByRole("button", { name: "Cut the wire" }).click();
    await page.reload();
    await state(page, "complete");
    await expectStored(page, system);
    await close();
  });

  test("cancels, and keeps what had come", async () => {
    const { page, close } = await opened(system);
    await fill(page);
    await send(page);
    await firstWords(page);
    await page.getByRole("button", { name: "Cancel" }).click();
    await state(page, "cancelled");
    await page.getByText(/Cancelled\. The [\d,]+ characters? that had arrived/).waitFor();
    await close();
  });

  if (provoke !== undefined) {
    test("says in words what the server refuses", async () => {
      const { page, close } = await opened(system);
      await fill(page);
      const words = await provoke(page);
      await page.locator('[role="alert"], [role="status"]').filter({ hasText: words }).first().waitFor();
      await close();
    });
  }
});

test("a prediction is saved, listed and deleted", async () => {
  const { page, close } = await opened("predictions");
  await PAGES.find(({ system }) => system === "predictions")!.fill(page);
  await send(page);
  await page.getByRole("button", { name: "Save this call" }).click();
  await page.locator("#calls-list li").first().waitFor();
  await page.reload();
  await page.locator("#calls-list li").first().waitFor();
  await page.getByRole("button", { name: /^Delete: It will snow/ }).click();
  await page.getByText("Nothing saved yet.").waitFor();
  await close();
});

test("an image is taken by drop and by paste; what is none is refused before it is sent", async () => {
  const { page, close } = await opened("images");
  const give = (type: string, name: string, mimeType: string): Promise<void> =>
    page.evaluate(
      ([kind, file, mime, base64]) => {
        const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0));
        data.items.add(new File([bytes], file!, { type: mime! }));
        const drop = document.getElementById("drop")!;
        if (kind === "drop") drop.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        else document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
      },
      [type, name, mimeType, pngPicture()],
    );
  await give("drop", "dropped.png", "image/png");
  await page.getByText(/dropped\.png · png · 1 KB/).waitFor();
  await give("paste", "pasted.png", "image/png");
  await page.getByText(/pasted\.png/).waitFor();
  await give("drop", "notes.txt", "text/plain");
  await page.getByText("notes.txt is no PNG, JPEG, GIF or WebP.").waitFor();
  await send(page);
  await page.getByText("Choose an image first.").waitFor();
  await close();
});
