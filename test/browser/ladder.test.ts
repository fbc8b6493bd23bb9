import type { Browser, Page } from "playwright-core";
import { numberedText } from "sluice/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { LadderLab, PATIENCE, ask, connection, expectText, jump, status } from "./ladder-lab.ts";
import { LadderPage } from "./ladder-page.ts";

let browser: Browser;
let built: LadderPage;

beforeAll(async () => {
  [browser, built] = await Promise.all([launchChromium(), LadderPage.make()]);
});

afterAll(async () => {
  await browser.close();
  await built[Symbol.asyncDispose]();
});

function open(): Promise<LadderLab> {
  return LadderLab.open(browser, built.folder);
}

/** A lab whose page shows the first 30 tokens. */
async function asked(): Promise<{ lab: LadderLab; page: Page }> {
  const lab = await open();
  const page = await lab.visit();
  lab.source.allow(30);
  await ask(page);
  await expectText(page, 30);
  return { lab, page };
}

/** The page is hidden from now on, or seen again: headless Chromium hides none by itself. */
async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
    Object.defineProperty(document, "visibilityState", {
      configurable: true,
      get: () => (isHidden ? "hidden" : "visible"),
    });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

describe("the ladder, in Chromium", () => {
  test("WebSockets refused from the start: event streams, and one run", async () => {
    await using lab = await open();
    lab.proxy.upgrades = "refuse";
    const page = await lab.visit();
    lab.source.allow(30);
    await ask(page);
    await connection(page, "open by sse");
    await expectText(page, 30);
    await lab.expectWhole(page);
    // The tab remembers it: its next page does not try.
    await page.reload();
    await connection(page, "open by sse");
    expect(await page.evaluate(() => doings.sockets)).toBe(0);
    await status(page, "complete");
  });

  test("WebSockets that are not answered: event streams after 4 s", async () => {
    await using lab = await open();
    lab.proxy.upgrades = "swallow";
    const page = await lab.visit();
    lab.source.allow(30);
    await ask(page);
    await expect.poll(() => lab.proxy.obstructed.upgrades, PATIENCE).toBe(1);
    await connection(page, "connecting by websocket");
    await jump(page, 4000);
    await connection(page, "open by sse");
    await expectText(page, 30);
    await lab.expectWhole(page);
  });

  test("WebSockets blocked in the middle: after 20 s of it, event streams from the very place; and up again", async () => {
    const { lab, page } = await asked();
    await using _ = lab;
    await connection(page, "open by websocket");
    lab.proxy.upgrades = "refuse";
    lab.proxy.cutWebSockets();
    lab.source.allow(60);
    await expect.poll(() => lab.proxy.obstructed.upgrades, PATIENCE).toBeGreaterThan(0);
    const transport = (): Promise<string> =>
      page.evaluate(() => {
        if (ladder.client.connection.transport === "websocket") ladder.timers.jump(10_000);
        return ladder.client.connection.transport;
      });
    await expect.poll(transport, { ...PATIENCE, interval: 250 }).toBe("sse");
    await expectText(page, 60);
    lab.proxy.upgrades = "pass";
    await jump(page, 60_000);
    await connection(page, "open by websocket");
    await lab.expectWhole(page);
  });

  test("behind a proxy that holds event streams back, too: long polls, and text piece by piece all the same", async () => {
    await using lab = await open();
    lab.proxy.upgrades = "refuse";
    lab.proxy.holding = true;
    const page = await lab.visit();
    lab.source.allow(30);
    await ask(page);
    await expect.poll(() => lab.proxy.obstructed.eventStreams, PATIENCE).toBe(1);
    expect(await page.locator("#text").textContent()).toBe("");
    await jump(page, 4000);
    await connection(page, "open by poll");
    await expectText(page, 30);
    lab.source.allow(60);
    await expectText(page, 60);
    await lab.expectWhole(page);
  });
});

describe("a page's life, in Chromium", () => {
  test("StrictMode: one socket and one run, though the page asks in an effect that runs twice", async () => {
    await using lab = await open();
    const page = await lab.visit("/?ask");
    lab.source.allow(30);
    await expectText(page, 30);
    await lab.expectWhole(page);
    expect(await page.evaluate(() => [ladder.effects, doings.sockets, ladder.runs.length])).toEqual([2, 1, 1]);
  });

  test("a hidden tab renders no text, and shows all that came in one commit when it is seen again", async () => {
    const { lab, page } = await asked();
    await using _ = lab;
    await hide(page, true);
    // What was about to be drawn is drawn.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
    const before = await page.evaluate(() => doings.commits);
    for (const tokens of [40, 50, 60]) {
      lab.source.allow(tokens);
      await expect.poll(() => page.evaluate(() => ladder.runs[0]!.text), PATIENCE).toBe(numberedText(tokens));
    }
    expect(await page.evaluate(() => doings.commits)).toBe(before);
    expect(await page.locator("#text").textContent()).toBe(numberedText(30));
    await hide(page, false);
    await expectText(page, 60);
    expect(await page.evaluate(() => doings.commits)).toBe(before + 1);
    await lab.expectWhole(page);
  });

  test("law 8: a reload in the middle goes on with the same run, and nothing keeps the page out of the cache of pages", async () => {
    const { lab, page } = await asked();
    await using _ = lab;
    const heeded = await page.evaluate(() => doings.heeded);
    expect(heeded).toContain("pagehide");
    expect(heeded).not.toContain("beforeunload");
    expect(heeded).not.toContain("unload");
    await page.reload();
    await expectText(page, 30);
    await lab.expectWhole(page);
  });

  test("a page that is put away lets its socket go, and goes on where it was when it comes back", async () => {
    const { lab, page } = await asked();
    await using _ = lab;
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
    await connection(page, "suspended");
    lab.source.allow(60);
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    await connection(page, "open by websocket");
    await expectText(page, 60);
    await lab.expectWhole(page);
    expect(await page.evaluate(() => doings.sockets)).toBe(2);
  });

  test("a second tab sees the same answer live", async () => {
    const { lab, page } = await asked();
    await using _ = lab;
    const other = await lab.visit(`/?stream=${await page.locator("#stream").textContent()}`);
    await expectText(other, 30);
    lab.source.allow(60);
    await expectText(other, 60);
    await lab.expectWhole(page);
    await expectText(other, 90);
    expect(await other.evaluate(() => doings.sockets)).toBe(1);
  });
});
