/**
 * Takes the pictures in docs/images: `node --conditions=sluice-source scripts/screenshots.ts`.
 * Needs Chromium, and looks as intended where the Inter typeface is installed (Debian: fonts-inter).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openSources } from "../apps/sources.ts";
import { BuiltPage } from "../test/browser/built-page.ts";
import { launchChromium } from "../test/browser/chromium.ts";
import { PageLab } from "../test/browser/page-lab.ts";

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
} finally {
  await browser.close();
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
