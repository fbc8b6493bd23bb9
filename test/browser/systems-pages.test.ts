import type { Browser } from "playwright-core";
import type { Server } from "sluice/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sources, openSources } from "../../apps/sources.ts";
import { pngPicture } from "../end-to-end/support/png-picture.ts";
import { BuiltPage } from "./built-page.ts";
import { launchChromium } from "./chromium.ts";
import { serveSystems } from "./serve-systems.ts";
import { PAGES } from "./system-pages.ts";
import { Visit } from "./visit.ts";

/** Whose answers are short: at their pace they, too, are still coming when a test breaks in. */
const SHORT = ["images", "llm"];

let built: BuiltPage;
let browser: Browser;
let sources: Sources;
let slowSources: Sources;
let server: Server;
beforeAll(async () => {
  built = await BuiltPage.make();
  browser = await launchChromium();
  sources = await openSources({ kind: "offline", pace: { tokensPerSecond: 150, firstTokenMs: 20 } });
  slowSources = await openSources({ kind: "offline", pace: { tokensPerSecond: 30, firstTokenMs: 20 } });
  server = await serveSystems(built.folder, (app) => (SHORT.includes(app) ? slowSources : sources).of(app));
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await sources[Symbol.asyncDispose]();
  await slowSources[Symbol.asyncDispose]();
  await built[Symbol.asyncDispose]();
});

/** The page with its notice, which says that the server has told what it is. */
async function visit(system: string, width = 1280): Promise<Visit> {
  const opened = await Visit.to({ browser, url: server.url, system, context: { viewport: { width, height: 844 } } });
  await opened.page.getByText("Answers come from a stand-in").waitFor();
  return opened;
}

/** Pixels from the masthead, which stays in sight, to an element's top. Runs in the page. */
function roomUnderMasthead(element: Element): number {
  const masthead = document.querySelector("header")!.getBoundingClientRect();
  return element.getBoundingClientRect().top - masthead.bottom;
}

describe.each(PAGES)("the page of $system", { timeout: 30_000 }, ({ system, fill, check, provoke }) => {
  test("answers, on a phone without scrolling sideways, and shows it all again after a reload", async () => {
    await using there = await visit(system, 390);
    const { page } = there;
    await fill(page);
    await there.send();
    await there.state("complete");
    await check(page);
    await there.expectStored();
    await expect
      .poll(() => page.getByRole("article", { name: "You" }).evaluate(roomUnderMasthead))
      .toBeGreaterThanOrEqual(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.reload();
    await there.state("complete");
    await there.expectStored();
  });

  test("goes on where it stopped when its wire is cut, and when it is reloaded, in the middle", async () => {
    await using there = await visit(system);
    const { page } = there;
    await fill(page);
    await page.locator("form.sluice-prompt").first().press("Control+Enter");
    await there.firstWords();
    await page.getByRole("button", { name: "Cut the wire" }).click();
    await page.reload();
    await there.state("complete");
    await there.expectStored();
  });

  if (provoke !== undefined) {
    test("says in words what the server refuses", async () => {
      await using there = await visit(system);
      const { page } = there;
      await fill(page);
      const words = await provoke(page);
      await page.locator('[role="alert"], [role="status"]').filter({ hasText: words }).first().waitFor();
    });
  }
});

test("a prediction is saved, listed and deleted", async () => {
  await using there = await visit("predictions");
  const { page } = there;
  await PAGES.find(({ system }) => system === "predictions")!.fill(page);
  await there.send();
  await page.getByRole("button", { name: "Save this call" }).click();
  const remove = page.getByRole("button", { name: /^Delete: It will snow/ });
  await remove.waitFor();
  await page.reload();
  await remove.click();
  await page.getByText("Nothing saved yet.").waitFor();
});

test("an upload is stopped by Stop and by Esc, and nothing is asked after it", async () => {
  await using there = await visit("images");
  const { page } = there;
  const gate = Promise.withResolvers<void>();
  await page.route("**/images/uploads", (route) => gate.promise.then(() => route.continue()).catch(() => {}));
  await PAGES.find(({ system }) => system === "images")!.fill(page);
  const stop = page.getByRole("button", { name: "Stop" });
  await there.send();
  await stop.click();
  await stop.waitFor({ state: "hidden" });
  await there.send();
  await stop.waitFor();
  await page.keyboard.press("Escape");
  await stop.waitFor({ state: "hidden" });
  gate.resolve();
  await there.send();
  await there.state("complete");
  expect(await page.getByRole("article", { name: "You" }).count()).toBe(1);
});

test.each(["predictions", "realestate"])("the page of %s keeps the question, also over a reload", async (system) => {
  await using there = await visit(system);
  const { page } = there;
  await PAGES.find((each) => each.system === system)!.fill(page);
  const question = page.locator("textarea").first();
  const asked = await question.inputValue();
  await there.send();
  await there.firstWords();
  await page.keyboard.press("Escape");
  await there.state("cancelled");
  expect(await question.inputValue()).toBe(asked);
  await page.reload();
  await there.state("cancelled");
  expect(await question.inputValue()).toBe(asked);
});

test("an image is taken by drop and by paste; what is none is refused before it is sent", async () => {
  await using there = await visit("images");
  const { page } = there;
  const give = (type: string, name: string, mimeType: string): Promise<void> =>
    page.evaluate(
      ([kind, file, mime, base64]) => {
        const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0));
        data.items.add(new File([bytes], file!, { type: mime! }));
        const drop = document.querySelector(".sluice-upload")!;
        if (kind === "drop") drop.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true }));
        else document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
      },
      [type, name, mimeType, pngPicture()],
    );
  await give("drop", "dropped.png", "image/png");
  await page.getByText(/dropped\.png · 1 KB · 48 × 32 pixels/).waitFor();
  await give("paste", "pasted.png", "image/png");
  await page.getByText(/pasted\.png/).waitFor();
  await give("drop", "notes.txt", "text/plain");
  await page.getByText("notes.txt is no PNG, JPEG, GIF or WebP.").waitFor();
  await there.send();
  await page.getByText("Choose an image first.").waitFor();
});
