import type { Browser } from "playwright-core";
import type { Source } from "sluice";
import { afterAll, beforeAll } from "vitest";
import { BuiltPage } from "./built-page.ts";
import { launchChromium } from "./chromium.ts";
import { GatedSource, LAST_WORD_BEFORE_THE_GATE } from "./gated-source.ts";
import { type LabParts, PageLab } from "./page-lab.ts";

type Context = LabParts["context"];

/** Opens labs in the file's one browser, on the file's one build of the page. */
export interface Labs {
  open(source: Source, context?: Context): Promise<PageLab>;
  /** A lab whose answer stands half-way, at the gate; by the transport of this name, or by any. */
  openHalfWay(context?: Context, transport?: string): Promise<{ lab: PageLab; source: GatedSource }>;
}

/** Sets up browser and page before the tests of this file, and ends them after. */
export function useLabs(): Labs {
  let browser: Browser;
  let built: BuiltPage;
  beforeAll(async () => {
    [browser, built] = await Promise.all([launchChromium(), BuiltPage.make()]);
  });
  afterAll(async () => {
    await browser.close();
    await built[Symbol.asyncDispose]();
  });
  const open = (source: Source, context?: Context): Promise<PageLab> =>
    PageLab.open({ browser, pages: built.folder, source, ...(context !== undefined && { context }) });
  return {
    open,
    async openHalfWay(context, transport) {
      const source = new GatedSource();
      const lab = await open(source, context);
      if (transport !== undefined) await lab.page.getByLabel("Transport").selectOption(transport);
      await lab.ask();
      await lab.textWith(LAST_WORD_BEFORE_THE_GATE);
      return { lab, source };
    },
  };
}
