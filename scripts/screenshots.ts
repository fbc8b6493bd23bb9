/**
 * Takes the pictures in docs/images: `node --conditions=sluice-source scripts/screenshots.ts`.
 * Needs Chromium, and looks as intended where the Inter typeface is installed (Debian: fonts-inter).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openSources } from "../apps/sources.ts";
import { BuiltPage } from "../test/browser/built-page.ts";
import { launchChromium } from "../test/browser/chromium.ts";
import { serveSystems } from "../test/browser/serve-systems.ts";
import { PAGES, type SystemPage, TITLES_PAGE } from "../test/browser/system-pages.ts";

const IMAGES = process.argv[2] ?? join(import.meta.dirname, "../docs/images");
const SCREENS = {
  "": { width: 1440, height: 900 },
  "-phone": { width: 390, height: 844 },
};
const SCHEMES = { "": "light", "-dark": "dark" } as const;
const REQUESTS = {
  titles: ["stream", { projectId: "demo", userInput: "Night trains are back in Europe. ".repeat(20) }],
  realestate: ["invoke", { question: "How far must a house stand from the street?", query_type: "zoning" }],
  predictions: ["makecall", { prompt: "It will snow in Oslo before the end of the year.", timezone: "Europe/Oslo" }],
} as const;

await mkdir(IMAGES, { recursive: true });
await using built = await BuiltPage.make();
await using sources = await openSources({ kind: "offline", pace: { tokensPerSecond: 60, firstTokenMs: 300 } });
await using server = await serveSystems(built.folder, sources.of, { operations: true });
const browser = await launchChromium();
try {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const [scheme, colorScheme] of Object.entries(SCHEMES)) {
      const page = await browser.newPage({ viewport, colorScheme, baseURL: server.url });
      await takeSystem(page, TITLES_PAGE, `titles${screen}${scheme}`);
      // One page in all four ways; the others on a desk in light, on a phone in dark.
      if ((screen === "") === (scheme === "")) {
        for (const there of PAGES) await takeSystem(page, there, `${there.system}${screen}`);
        await takeOperations(page, screen);
      }
      await page.close();
    }
  }
} finally {
  await browser.close();
}

/** A system's page with its answer. */
async function takeSystem(page: Page, { system, fill }: SystemPage, name: string): Promise<void> {
  await page.goto(`/#/${system}`);
  await fill(page);
  await page.keyboard.press("Control+Enter");
  if (system === "titles") {
    await page.locator(".sluice-text", { hasText: "2." }).waitFor();
    await take(page, `${name}-streaming`);
  }
  await page.locator('.sluice-status[data-status="complete"]').waitFor();
  await take(page, name);
}

/** The operator's side, while some answers are under way. */
async function takeOperations(page: Page, suffix: string): Promise<void> {
  for (const system of ["titles", "realestate", "predictions"] as const) await begin(system);
  await page.goto("/#/operations");
  await page.getByRole("heading", { level: 1 }).waitFor();
  // The charts have something to show.
  await page.waitForTimeout(2500);
  await take(page, `operations${suffix}`);
  await page.goto("/#/operations/connections");
  await page.waitForTimeout(1200);
  await take(page, `operations-connections${suffix}`);
  const streamId = await begin("realestate");
  await page.goto(`/#/operations/streams/realestate/${streamId}`);
  await page.waitForTimeout(3500);
  await take(page, `operations-stream${suffix}`);
  await page.goto(`/#/streams/realestate/${streamId}`);
  await page.locator('.sluice-status[data-status="complete"]').waitFor();
  await take(page, `viewer${suffix}`);
}

/** Starts a run that nobody watches; gives its stream. */
async function begin(system: keyof typeof REQUESTS): Promise<string> {
  const [route, input] = REQUESTS[system];
  const response = await fetch(`${server.url}/${system}/${route}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Prefer: "respond-async" },
    body: JSON.stringify(input),
  });
  return ((await response.json()) as { streamId: string }).streamId;
}

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: "disabled" });
}
