import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Deployment } from "../end-to-end/support/deployment.ts";
import { onAwsAtHome } from "../end-to-end/support/whole-app.ts";
import { BuiltPage } from "./built-page.ts";
import { launchChromium } from "./chromium.ts";
import { PAGES, TITLES_PAGE } from "./system-pages.ts";
import { Visit } from "./visit.ts";

let browser: Browser;
let app: Deployment;
beforeAll(async () => {
  await BuiltPage.inPlace();
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Runs the command for a group of tests, with a model at this pace. */
function start(pace: string): void {
  beforeAll(async () => {
    app = await onAwsAtHome.start({ SLUICE_OFFLINE_PACE: pace });
  });
  afterAll(() => app[Symbol.asyncDispose]());
}

const visit = (system: string, width = 1280): Promise<Visit> =>
  Visit.to({ browser, url: app.url, system, context: { viewport: { width, height: 844 } } });

/** The titles page with the first words of its answer. */
async function visitUnderWay(): Promise<Visit> {
  const there = await visit("titles");
  await TITLES_PAGE.fill(there.page);
  await there.send();
  await there.firstWords();
  return there;
}

describe("the pages of `npm run start:aws`", { timeout: 30_000 }, () => {
  start("200,20");

  test.each([TITLES_PAGE, ...PAGES])("the page of $system answers", async ({ system, fill, check }) => {
    await using there = await visit(system, 390);
    await there.page.getByText("Answers come from a stand-in").waitFor();
    await fill(there.page);
    await there.send();
    await there.state("complete");
    await check(there.page);
    await there.expectStored();
    expect(await there.page.locator(".sluice-connection").innerText()).toContain("Live");
    expect(await there.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  test("a prediction is saved, listed and deleted", async () => {
    await using there = await visit("predictions");
    const { page } = there;
    await PAGES.find(({ system }) => system === "predictions")!.fill(page);
    await there.send();
    await page.getByRole("button", { name: "Save this call" }).click();
    await page.getByRole("button", { name: /^Delete: It will snow/ }).waitFor();
    await page.getByRole("button", { name: /^Delete: It will snow/ }).click();
    await page.getByText("Nothing saved yet.").waitFor();
  });
});

describe("the titles page of `npm run start:aws`, when something breaks", { timeout: 40_000 }, () => {
  // An answer of some seconds.
  start("15,20");

  test("law 3: a reload in the middle goes on where it was, with the same run", async () => {
    await using there = await visitUnderWay();
    const { session, exchanges } = await there.kept();
    await there.page.reload();
    await there.state("complete");
    await TITLES_PAGE.check(there.page);
    await there.expectStored();
    expect((await there.kept()).exchanges.map(({ streamId }) => streamId)).toEqual([exchanges[0]!.streamId]);
    const response = await fetch(`${app.url}/titles/streams`, { headers: { "Sluice-Session": session } });
    const { items } = (await response.json()) as { items: { streamId: string }[] };
    expect(items.map(({ streamId }) => streamId)).toEqual([exchanges[0]!.streamId]);
  });

  test("law 3: a cut wire under the answer is mended, and nothing is lost", async () => {
    await using there = await visitUnderWay();
    await there.page.getByRole("button", { name: "Cut the wire" }).click();
    await there.state("complete");
    await there.page.getByText(/^Resumed after [\d.]+ m?s, \d+ events? caught up, 0 lost, 0 doubled\.$/).waitFor();
    await there.expectStored();
  });

  test("law 6: cancel stops the run, and keeps what had come", async () => {
    await using there = await visitUnderWay();
    await there.page.getByRole("button", { name: "Stop" }).first().click();
    await there.state("cancelled");
    await there.page.getByText(/The [\d,]+ characters? that had arrived (is|are) kept/).waitFor();
    await there.expectStored();
  });
});
