import type { Browser, Page } from "playwright-core";
import type { Server } from "sluice/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sources, openSources } from "../../apps/sources.ts";
import { BuiltPage } from "./built-page.ts";
import { launchChromium } from "./chromium.ts";
import { serveSystems } from "./serve-systems.ts";
import { PICTURE } from "./system-pages.ts";
import { Visit } from "./visit.ts";

let built: BuiltPage;
let browser: Browser;
let sources: Sources;
let server: Server;
beforeAll(async () => {
  sources = await openSources({ kind: "offline", pace: { tokensPerSecond: 15, firstTokenMs: 0 } });
  [built, browser] = await Promise.all([BuiltPage.make(), launchChromium()]);
  server = await serveSystems(built.folder, sources.of);
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await sources[Symbol.asyncDispose]();
  await built[Symbol.asyncDispose]();
});

/** What the element with the focus is called, by its label or its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement | null;
    const label = element?.labels?.[0]?.textContent ?? element?.getAttribute("aria-label") ?? element?.textContent;
    return label?.trim() ?? "";
  });
}

/** Goes on with Tab until the focus is on what is called so; fails where it is nowhere. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    seen.push(await focused(page));
    if (name.test(seen.at(-1)!)) return;
  }
  throw new Error(`Tab does not lead to ${name}: ${seen.join(", ")}`);
}

const WAYS: readonly { readonly system: string; ask(page: Page): Promise<void> }[] = [
  {
    system: "titles",
    async ask(page) {
      await tabTo(page, /^Use an example article$/);
      await page.keyboard.press("Enter");
    },
  },
  {
    system: "images",
    async ask(page) {
      // The system's own dialog takes over. Chromium has to know in time that it is waited for.
      const opened = page.waitForEvent("filechooser");
      await tabTo(page, /Choose an image/);
      await page.keyboard.press("Enter");
      await (await opened).setFiles(PICTURE);
      await page.getByText("48 × 32 pixels").waitFor();
      await tabTo(page, /^Question/);
      await page.keyboard.type("Describe it at length, with its size and its colours.");
    },
  },
  {
    system: "llm",
    async ask(page) {
      await tabTo(page, /^Message$/);
      await page.keyboard.type("Tell me something about night trains in Europe.");
    },
  },
  {
    system: "realestate",
    async ask(page) {
      await tabTo(page, /^Question$/);
      await page.keyboard.type("How far must a house stand from the street?");
    },
  },
  {
    system: "predictions",
    async ask(page) {
      await tabTo(page, /^What will happen/);
      await page.keyboard.type("It will snow in Oslo before the end of the year.");
    },
  },
];

describe("by keyboard alone", { timeout: 30_000 }, () => {
  test.each(WAYS)(
    "the page of $system is reached, asked with Ctrl+Enter and cancelled with Esc",
    async ({ system, ask }) => {
      await using there = await Visit.to({ browser, url: server.url, system });
      const { page } = there;
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.keyboard.press("Tab");
      expect(await focused(page)).toBe("Skip to the page");
      await page.keyboard.press("Enter");
      await ask(page);
      await page.keyboard.press("Control+Enter");
      await there.firstWords();
      await page.keyboard.press("Escape");
      await there.state("cancelled");
      await page.getByText(/^Cancelled\. The [\d,]+ characters? that had arrived (is|are) kept/).waitFor();
    },
  );

  test("one goes to another page, breaks the wire under an answer, and sees it complete", async () => {
    await using there = await Visit.to({ browser, url: server.url, system: "titles" });
    const { page } = there;
    await page.getByRole("heading", { level: 1 }).waitFor();
    await tabTo(page, /^Chat$/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Chat" }).waitFor();
    expect(await page.title()).toBe("Chat · Sluice");
    await page.keyboard.press("/");
    expect(await focused(page)).toMatch(/^System prompt/);
    await tabTo(page, /^Message$/);
    await page.keyboard.type("Tell me something about night trains in Europe.");
    await page.keyboard.press("Control+Enter");
    await there.firstWords();
    await tabTo(page, /^Cut the wire$/);
    await page.keyboard.press("Enter");
    await there.state("complete");
    await page.getByText(/^Resumed after .* 0 lost, 0 doubled\.$/).waitFor();
  });

  test("? shows the shortcuts and Esc closes them, but a question mark that is written stays one", async () => {
    await using there = await Visit.to({ browser, url: server.url, system: "realestate" });
    const { page } = there;
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Help and shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.getByLabel("Question").focus();
    await page.keyboard.type("Why?");
    expect(await page.getByLabel("Question").inputValue()).toBe("Why?");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });
});
