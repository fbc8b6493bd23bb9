import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import type { Server } from "sluice/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sources, openSources } from "../../apps/sources.ts";
import { BuiltPage } from "./built-page.ts";
import { launchChromium } from "./chromium.ts";
import { serveSystems } from "./serve-systems.ts";
import { PAGES, TITLES_PAGE } from "./system-pages.ts";
import { Visit } from "./visit.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [390, 1440];
const SCHEMES = ["light", "dark"] as const;

let built: BuiltPage;
let browser: Browser;
let sources: Sources;
let server: Server;
beforeAll(async () => {
  sources = await openSources({ kind: "offline", pace: { tokensPerSecond: 2000, firstTokenMs: 0 } });
  [built, browser] = await Promise.all([BuiltPage.make(), launchChromium()]);
  server = await serveSystems(built.folder, sources.of, { operations: true });
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await sources[Symbol.asyncDispose]();
  await built[Symbol.asyncDispose]();
});

/** What axe finds serious or critical on the page as it stands, in both colour schemes and at both widths. */
async function problemsOn(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const { violations } = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
        return axe.run();
      });
      for (const { id, impact, nodes } of violations) {
        if (impact !== "serious" && impact !== "critical") continue;
        found.push(...nodes.map(({ target }) => `${width} ${colorScheme} ${id}: ${target.join(" ")}`));
      }
    }
  }
  return found;
}

/** A page that axe may be put into: the page's own policy refuses what stands in it. */
async function visit(system: string): Promise<Visit> {
  const there = await Visit.to({
    browser,
    url: server.url,
    system,
    context: { bypassCSP: true },
    prepare: (context) => context.addInitScript(AXE),
  });
  await there.page.getByRole("heading", { level: 1 }).waitFor();
  return there;
}

describe("axe finds nothing serious, light and dark, on a phone and on a desk", { timeout: 60_000 }, () => {
  test.each([TITLES_PAGE, ...PAGES])("on the page of $system, empty and answered", async ({ system, fill, check }) => {
    await using there = await visit(system);
    const { page } = there;
    expect(await problemsOn(page)).toEqual([]);
    await fill(page);
    await there.send();
    await there.state("complete");
    await check(page);
    expect(await problemsOn(page)).toEqual([]);
  });

  test("in the dialogs, on the page of one stream, and on the operator's pages", async () => {
    await using there = await visit("realestate");
    const { page } = there;
    await PAGES[2]!.fill(page);
    await there.send();
    await there.state("complete");
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("button", { name: "Copy as…" }).click();
    expect(await problemsOn(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    expect(await problemsOn(page)).toEqual([]);
    await page.keyboard.press("Escape");
    const address = await page.getByRole("link", { name: "Second tab" }).getAttribute("href");
    await page.goto(`/${address}`);
    await there.state("complete");
    expect(await problemsOn(page)).toEqual([]);
    for (const place of ["", "/connections", address!.slice(1)]) {
      await page.goto(`/#/operations${place}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await problemsOn(page)).toEqual([]);
    }
  });
});
