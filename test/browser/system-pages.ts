import type { Page } from "playwright-core";
import { pngPicture } from "../end-to-end/support/png-picture.ts";

/** A page, and what a reader does on it. */
export interface SystemPage {
  readonly system: string;
  /** Fills in the form with something that is answered at length. */
  fill(page: Page): Promise<void>;
  /** Waits for what is there besides the text, once it is complete. */
  check(page: Page): Promise<void>;
  /** Makes the server refuse; gives the words that the page must show. */
  provoke?(page: Page): Promise<RegExp>;
}

/** A small PNG file, of 48 by 32 pixels. */
export const PICTURE = { name: "picture.png", mimeType: "image/png", buffer: Buffer.from(pngPicture(), "base64") };
const PROSE =
  "Night trains are back in Europe. The sleeper from Vienna to Brussels runs three times a week again. ".repeat(4);

/** The page at `/`, whose form and answers are of its own kind. */
export const TITLES_PAGE: SystemPage = {
  system: "titles",
  async fill(page) {
    await page.getByRole("button", { name: "Use an example article" }).click();
  },
  async check(page) {
    await page.getByRole("list", { name: "Suggested titles" }).getByRole("listitem").nth(2).waitFor();
  },
};

/** The pages of the other systems. */
export const PAGES: readonly SystemPage[] = [
  {
    system: "images",
    async fill(page) {
      await page.locator("input[type=file]").setInputFiles(PICTURE);
      await page.getByLabel("Question, if any").fill("What is on it, how large is it, and which colours has it?");
    },
    async check(page) {
      await page.getByText("48 × 32 pixels").waitFor();
      await page.getByAltText("Preview of picture.png").waitFor();
    },
    async provoke(page) {
      const buffer = Buffer.from("no picture at all");
      await page.locator("input[type=file]").setInputFiles({ ...PICTURE, buffer });
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      return /PNG|image/;
    },
  },
  {
    system: "llm",
    async fill(page) {
      await page.getByLabel("Model", { exact: true }).selectOption("offline.llm");
      await page.getByLabel("Message").fill(`Summarise: ${PROSE}`);
    },
    async check(page) {
      await page.getByText(/offline\.llm · [\d,]+ tokens? read/).waitFor();
    },
  },
  {
    system: "realestate",
    async fill(page) {
      await page.getByLabel("Query type").selectOption("zoning");
      await page.getByLabel("Question").fill("How far must a house stand from the street, and how high may it be?");
    },
    async check(page) {
      await page.getByRole("list", { name: "Sources" }).getByRole("listitem").first().waitFor();
      await page.locator('.sluice-tool[data-state="done"]').first().waitFor();
      await page.getByText(/rag agent · \d of \d tools used/).waitFor();
    },
  },
  {
    system: "predictions",
    async fill(page) {
      await page.getByLabel("What will happen, and by when?").fill("It will snow in Oslo before the end of the year.");
      await page.getByLabel("Time zone").fill("Europe/Oslo");
    },
    async check(page) {
      await page.getByRole("region", { name: "Prediction" }).getByText("11:59:59 PM").first().waitFor();
      await page.locator('.sluice-tool[data-state="done"]').nth(1).waitFor();
    },
    async provoke(page) {
      await page.getByLabel("Time zone").fill("Mars/Olympus");
      await page.getByRole("button", { name: "Make the call" }).click();
      return /time ?zone/i;
    },
  },
];
