import { describe, expect, test } from "vitest";
import { GATED_TEXT, LAST_WORD_BEFORE_THE_GATE } from "./gated-source.ts";
import { useLabs } from "./labs.ts";

const labs = useLabs();

const RESUMED = /^Resumed after [\d.]+ m?s, \d+ events? caught up, 0 lost, 0 doubled\.$/;

describe("the wire under a page", () => {
  test.each(["WebSocket", "SSE", "Long poll"])("by %s: cut, and later frozen, it loses nothing", async (name) => {
    const { lab, source } = await labs.openHalfWay({}, name);
    await using _ = lab;
    const { page } = lab;
    await page.locator(".sluice-connection", { hasText: name }).waitFor();
    await page.getByRole("button", { name: "Cut the wire" }).click();
    await page.locator(".sluice-connection", { hasText: "Live" }).waitFor();
    await page.getByRole("button", { name: "Freeze the wire" }).click();
    await lab.told(/^Wire frozen/);
    source.release();
    await expect.poll(() => lab.storedText()).toBe(GATED_TEXT);
    expect(await lab.text()).not.toContain("w61");
    await page.getByRole("button", { name: "Thaw the wire" }).click();
    await lab.state("Complete");
    await lab.told(RESUMED);
    expect(await lab.text()).toBe(GATED_TEXT);
    expect(await page.getByText("Gaps").locator("xpath=following-sibling::dd").textContent()).toBe("0");
    expect(source.requests).toHaveLength(1);
    expect(lab.complaints).toEqual([]);
  });

  test("another transport goes on with the answer that the one before began", async () => {
    const { lab, source } = await labs.openHalfWay();
    await using _ = lab;
    const { page } = lab;
    await page.getByLabel("Transport").selectOption("Long poll");
    await page.locator(".sluice-connection", { hasText: "Long poll" }).waitFor();
    await lab.textWith(LAST_WORD_BEFORE_THE_GATE);
    source.release();
    await lab.state("Complete");
    expect(await lab.text()).toBe(GATED_TEXT);
    expect(source.requests).toHaveLength(1);
    expect(lab.complaints).toEqual([]);
  });

  test("a second tab sees the same answer live, and may stop it for both", async () => {
    const { lab, source } = await labs.openHalfWay();
    await using _ = lab;
    const [tab] = await Promise.all([
      lab.context.waitForEvent("page"),
      lab.page.getByRole("link", { name: "Second tab" }).click(),
    ]);
    await tab.locator(".sluice-text", { hasText: LAST_WORD_BEFORE_THE_GATE }).waitFor();
    await tab.getByRole("button", { name: "Stop for everybody" }).click();
    await tab.locator('.sluice-status[data-status="cancelled"]').waitFor();
    await lab.state("Cancelled");
    expect(await tab.locator(".sluice-text").textContent()).toBe(await lab.text());
    expect(source.requests).toHaveLength(1);
    expect(lab.complaints).toEqual([]);
  });

  test("the last request is there for other programs, and what they send gives the same answer", async () => {
    const { lab, source } = await labs.openHalfWay();
    await using _ = lab;
    source.release();
    const { page } = lab;
    await page.getByLabel("Project").fill("it's");
    await page.getByRole("button", { name: "More playful" }).click();
    await lab.state("Complete");
    await page.getByRole("button", { name: "Copy as…" }).click();
    const dialog = page.getByRole("dialog", { name: "The last request" });
    const [curl, wscat, typeScript] = await dialog.locator("pre").allTextContents();
    expect(curl).toContain(`curl -N '${lab.relay.url}/titles/stream'`);
    const body = /--data '(.*)'$/s.exec(curl!)![1]!.replaceAll(String.raw`'\''`, "'");
    expect(JSON.parse(body)).toMatchObject({ projectId: "it's", userInput: "More playful" });
    const headers = { Accept: "text/event-stream", "Content-Type": "application/json" };
    const response = await fetch(`${lab.relay.url}/titles/stream`, { method: "POST", headers, body });
    expect(await response.text()).toContain('"type":"stream_complete"');
    expect(wscat).toMatch(/^wscat -c 'ws:.*\/titles' \\\n {2}-w 60 \\\n {2}-x '\{"action":"stream","projectId"/);
    expect(typeScript).toContain('client.run("stream", {');
    expect(lab.complaints).toEqual([]);
  });
});
