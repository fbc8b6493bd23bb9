/**
 * Takes the pictures in docs/images: `node --conditions=sluice-source scripts/screenshots.ts`.
 * Needs Chromium, and looks as intended where the Inter typeface is installed (Debian: fonts-inter).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { readEnvironment } from "../apps/environment.ts";
import { gatewaysFor } from "../apps/index.ts";
import { llmModels } from "../apps/llm/models.ts";
import { openSources } from "../apps/sources.ts";
import { BuiltPage } from "../test/browser/built-page.ts";
import { launchChromium } from "../test/browser/chromium.ts";
import { PageLab } from "../test/browser/page-lab.ts";
import { PAGES, type SystemPage } from "../test/browser/system-pages.ts";

const IMAGES = join(import.meta.dirname, "../docs/images");
const SCREENS = {
  "": { width: 1440, height: 900 },
  "-phone": { width: 390, height: 844 },
};

await mkdir(IMAGES, { recursive: true });
await using built = await BuiltPage.make();
await using sources = await openSources({ kind: "offline", pace: { tokensPerSecond: 60, firstTokenMs: 300 } });
const browser = await launchChromium();
try {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const colorScheme of ["light", "dark"] as const) {
      await using lab = await PageLab.open({
        browser,
        pages: built.folder,
        source: sources.of("titles"),
        context: { viewport, colorScheme },
      });
      await takePictures(lab, `titles${screen}${colorScheme === "dark" ? "-dark" : ""}`);
    }
  }
  for (const page of PAGES) await takeSystem(page);
} finally {
  await browser.close();
}

/** A system's page with its answer: on a desk in light, on a phone in dark. */
async function takeSystem({ system, fill }: SystemPage): Promise<void> {
  const settings = readEnvironment({});
  await using server = await serve(gatewaysFor(settings), {
    store: memory(),
    source: sources.of,
    port: 0,
    pages: built.folder,
    signals: false,
    features: { standIn: true, llmModels: llmModels(settings) },
  });
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    const page = await browser.newPage({ viewport, colorScheme: screen === "" ? "light" : "dark" });
    await page.goto(`${server.url}/${system}.html`);
    await fill(page);
    await page.locator("#ask").click();
    await page.locator('.run-state[data-state="complete"]').waitFor();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(IMAGES, `${system}${screen}.png`), animations: "disabled" });
    await page.close();
  }
}

async function takePictures(lab: PageLab, name: string): Promise<void> {
  const take = async (suffix: string): Promise<void> => {
    await lab.page.screenshot({ path: join(IMAGES, `${name}${suffix}.png`), animations: "disabled" });
  };
  await lab.ask();
  await lab.page.mouse.move(0, 0);
  await lab.textWith("1.");
  await take("-streaming");
  await lab.state("Complete");
  await take("");
}
