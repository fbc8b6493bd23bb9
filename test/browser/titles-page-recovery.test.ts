import { describe, expect, test } from "vitest";
import { EXAMPLE_ARTICLE } from "../../apps/titles/page/example-article.ts";
import { GATED_TEXT, GatedSource, LAST_WORD_BEFORE_THE_GATE } from "./gated-source.ts";
import { useLabs } from "./labs.ts";

const labs = useLabs();

describe("the titles page, when something breaks", () => {
  test("law 3: goes on where it was when the page cuts its own wire, and says so", async () => {
    const { lab, source } = await labs.openHalfWay();
    await using _ = lab;
    await lab.page.getByRole("button", { name: "Cut the wire" }).click();
    await lab.told(/^Wire cut\. Reconnecting/);
    source.release();
    await lab.state("Complete");
    await lab.told(/^Resumed after [\d.]+ m?s, \d+ events? caught up, 0 lost, 0 doubled\.$/);
    expect(await lab.text()).toBe(GATED_TEXT);
    expect(await lab.storedText()).toBe(GATED_TEXT);
    expect(source.requests).toHaveLength(1);
    expect(lab.complaints).toEqual([]);
  });

  test("law 3: gets what it missed when its sockets are torn and the answer ends meanwhile", async () => {
    const { lab, source } = await labs.openHalfWay();
    await using _ = lab;
    lab.relay.cut();
    await lab.page.locator(".sluice-connection", { hasText: /Reconnecting|Connecting/ }).waitFor();
    source.release();
    await expect.poll(() => lab.storedText()).toBe(GATED_TEXT);
    lab.relay.mend();
    await lab.state("Complete");
    expect(await lab.text()).toBe(GATED_TEXT);
    expect(lab.complaints).toEqual([]);
  });

  test("goes on after a reload in the middle, shows the end after another, and a new tab starts clean", async () => {
    const { lab, source } = await labs.openHalfWay();
    await using _ = lab;
    await lab.page.reload();
    await lab.textWith(LAST_WORD_BEFORE_THE_GATE);
    expect(await lab.page.getByLabel("Article", { exact: true }).inputValue()).toBe(EXAMPLE_ARTICLE);
    source.release();
    await lab.state("Complete");
    expect(await lab.text()).toBe(GATED_TEXT);
    expect(source.requests).toHaveLength(1);
    await lab.page.reload();
    await lab.state("Complete");
    expect(await lab.text()).toBe(GATED_TEXT);
    expect(await lab.titles()).toHaveLength(3);
    const other = await lab.otherPage();
    await other.getByText("Your titles will appear here").waitFor();
    expect(await other.locator(".sluice-answer").count()).toBe(0);
    expect(lab.complaints).toEqual([]);
  });

  test("law 8: a reload before the stream is known asks with the same request id, and one run answers", async () => {
    const source = new GatedSource();
    await using lab = await labs.open(source);
    await lab.ask();
    await lab.textWith(LAST_WORD_BEFORE_THE_GATE);
    await lab.page.evaluate(() => {
      const kept = JSON.parse(sessionStorage.getItem("sluice.chat.titles")!) as { streamId?: string }[];
      delete kept[0]!.streamId;
      sessionStorage.setItem("sluice.chat.titles", JSON.stringify(kept));
    });
    await lab.page.reload();
    await lab.textWith(LAST_WORD_BEFORE_THE_GATE);
    source.release();
    await lab.state("Complete");
    expect(await lab.text()).toBe(GATED_TEXT);
    expect(source.requests).toHaveLength(1);
    expect(lab.complaints).toEqual([]);
  });

  test("law 6: cancel stops the run, keeps the partial text, and says how long it is", async () => {
    const { lab, source } = await labs.openHalfWay();
    await using _ = lab;
    await lab.page.getByRole("button", { name: "Stop" }).first().click();
    await lab.state("Cancelled");
    const partial = await lab.text();
    expect(GATED_TEXT.startsWith(partial!)).toBe(true);
    expect(partial).toContain(LAST_WORD_BEFORE_THE_GATE);
    expect(await lab.storedText()).toBe(partial);
    await lab.page.getByText(`The ${partial!.length} characters that had arrived are kept.`).waitFor();
    expect(source.requests[0]?.signal.aborted).toBe(true);
    expect(lab.complaints).toEqual([]);
  });

  test("says that it is offline, and goes on without a gap when it is back", async () => {
    const { lab, source } = await labs.openHalfWay();
    await using _ = lab;
    await lab.context.setOffline(true);
    await lab.told(/^The browser is offline/);
    source.release();
    await expect.poll(() => lab.storedText()).toBe(GATED_TEXT);
    await lab.context.setOffline(false);
    await lab.page.locator(".sluice-connection", { hasText: "Live" }).waitFor();
    await lab.state("Complete");
    expect(await lab.text()).toBe(GATED_TEXT);
    expect(lab.complaints).toEqual([]);
  });

  test("a tab that gets no animation frames gets its text all the same", async () => {
    const source = new GatedSource();
    await using lab = await labs.open(source);
    // Playwright's own clicks and waits need frames: this page is asked and read from inside.
    const { page } = lab;
    await page.getByRole("heading", { level: 1 }).waitFor();
    const press = (word: string): Promise<void> =>
      page.evaluate((name) => {
        globalThis.requestAnimationFrame = () => 0;
        [...document.querySelectorAll("button")].find(({ textContent }) => textContent === name)?.click();
      }, word);
    await press("Use an example article");
    await press("Suggest titles");
    const shown = (): Promise<string | null | undefined> =>
      page.evaluate(() => document.querySelector(".sluice-text")?.textContent);
    await expect.poll(shown, { timeout: 5000 }).toMatch(LAST_WORD_BEFORE_THE_GATE);
    source.release();
    await expect.poll(shown, { timeout: 5000 }).toBe(GATED_TEXT);
  });
});
