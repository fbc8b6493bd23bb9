import { SluiceError } from "sluice";
import { iterable } from "sluice/source/iterable";
import { describe, expect, test } from "vitest";
import { openSources } from "../../apps/sources.ts";
import { EXAMPLE_ARTICLE } from "../../apps/titles/page/example-article.ts";
import { GATED_TEXT, GatedSource, LAST_WORD_BEFORE_THE_GATE } from "./gated-source.ts";
import { useLabs } from "./labs.ts";

const labs = useLabs();

describe("the titles page", () => {
  test("streams titles that are about the article, and says that a stand-in answers", async () => {
    await using sources = await openSources({ kind: "offline", pace: { tokensPerSecond: 400, firstTokenMs: 0 } });
    await using lab = await labs.open(sources.of("titles"));
    const { page } = lab;
    await page.getByText("Answers come from a stand-in").waitFor();
    const reported = page.waitForResponse((answer) => answer.url().endsWith("/delivery"));
    await lab.ask();
    await lab.state("Complete");
    const titles = await lab.titles();
    expect(titles.length).toBeGreaterThanOrEqual(3);
    const words = new Set(EXAMPLE_ARTICLE.toLowerCase().match(/\p{L}{5,}/gu));
    const aboutIt = titles.filter((title) =>
      title
        .toLowerCase()
        .match(/\p{L}{5,}/gu)
        ?.some((word) => words.has(word)),
    );
    expect(aboutIt.length).toBeGreaterThan(titles.length / 2);
    expect(await lab.text()).toBe(await lab.storedText());
    expect(await page.locator(".sluice-connection").innerText()).toMatch(/Live\s+WebSocket/);

    // PROTOCOL.md section 7.8: what the reader saw is told, to the end.
    const response = await reported;
    expect(response.status()).toBe(204);
    const { shown, ...said } = response.request().postDataJSON() as Record<string, unknown>;
    expect(said).toEqual({ firstShownMs: expect.any(Number), resumes: 0, gaps: [], duplicates: 0 });
    expect(shown).toBe(await lab.lastOffset());
    const metrics = await (await fetch(`${lab.server.url}/metrics`)).text();
    expect(metrics).toMatch(/^sluice_first_shown_seconds_count\{app="titles"\} 1$/m);
    expect(lab.complaints).toEqual([]);
  });

  test("shows the four stages and the percentage before the text comes, and a caret while it does", async () => {
    const quiet = Promise.withResolvers<void>();
    const source = iterable(async function* () {
      await quiet.promise;
      yield "1. One";
    });
    await using lab = await labs.open(source);
    await lab.ask();
    const bar = lab.page.getByRole("progressbar");
    await bar.waitFor();
    await expect.poll(() => bar.getAttribute("value")).toBe("40");
    expect(await lab.page.locator(".sluice-progress ol").innerText()).toMatch(
      /Initializing\s+Analyzing\s+Generating\s+Finalizing/,
    );
    expect(await lab.page.locator(".sluice-progress [aria-current=step]").innerText()).toBe("Generating");
    quiet.resolve();
    await lab.state("Complete");
    expect(await bar.count()).toBe(0);
    expect(lab.complaints).toEqual([]);
  });

  test("shows the text to the last unit, wherever it was cut and however many lines are blank", async () => {
    const pieces = ["One", "\n", "\nTwo\n\n", "\n", "Thr", "ee\nfour\r\n\r\n", "\n\n  five \ud83d", "\ude00\n"];
    const steps = pieces.map(() => Promise.withResolvers<void>());
    const source = iterable(async function* () {
      for (const [index, piece] of pieces.entries()) {
        yield piece;
        await steps[index]!.promise;
      }
    });
    await using lab = await labs.open(source);
    await lab.ask();
    for (const [index, step] of steps.entries()) {
      await expect.poll(() => lab.text()).toBe(pieces.slice(0, index + 1).join(""));
      step.resolve();
    }
    await lab.state("Complete");
    expect(await lab.page.locator(".sluice-block").count()).toBeGreaterThan(1);
    expect(await lab.text()).toBe(await lab.storedText());
    expect(lab.complaints).toEqual([]);
  });

  test("follows the text to the end of the page, but leaves a reader who scrolled up where they are", async () => {
    const { lab, source } = await labs.openHalfWay({ viewport: { width: 390, height: 500 } });
    await using _ = lab;
    const { page } = lab;
    const fromEnd = (): Promise<number> =>
      page.evaluate(() => document.documentElement.scrollHeight - innerHeight - scrollY);
    await expect.poll(fromEnd).toBeLessThan(2);
    await page.evaluate(() => {
      const { promise, resolve } = Promise.withResolvers<void>();
      addEventListener("scroll", () => resolve(), { once: true });
      scrollTo(0, 100);
      return promise;
    });
    source.release();
    await lab.state("Complete");
    expect(await page.evaluate(() => scrollY)).toBe(100);
  });

  test("a follow-up sends what was said before", async () => {
    const source = new GatedSource();
    source.release();
    await using lab = await labs.open(source);
    await lab.ask();
    await lab.state("Complete");
    await lab.page.getByRole("button", { name: "More playful" }).click();
    await expect.poll(() => lab.page.locator(".sluice-status", { hasText: "Complete" }).count()).toBe(2);
    expect(source.requests[1]?.messages).toEqual([
      { role: "user", content: EXAMPLE_ARTICLE },
      { role: "assistant", content: GATED_TEXT },
      { role: "user", content: "More playful" },
    ]);
    expect(lab.complaints).toEqual([]);
  });

  test("keeps prompt cards per project", async () => {
    const source = new GatedSource();
    await using lab = await labs.open(source);
    const { page } = lab;
    const openCards = (): Promise<void> => page.getByText("Prompt cards", { exact: false }).first().click();
    await openCards();
    await page.getByRole("button", { name: "Add a card" }).click();
    await page.getByLabel("Card name").fill("Tone");
    await page.getByLabel("Card text").fill("Dry wit, no exclamation marks.");
    await page.getByRole("button", { name: "Save cards" }).click();
    await page.getByText("Saved.").waitFor();
    await page.reload();
    await openCards();
    await expect.poll(() => page.getByLabel("Card text").inputValue()).toBe("Dry wit, no exclamation marks.");
    await page.getByLabel("Project").fill("another");
    await page.getByLabel("Project").blur();
    await expect.poll(() => page.getByLabel("Card text").count()).toBe(0);
    expect(lab.complaints).toEqual([]);
  });

  test("tells an error in words with its code, and a retry that may help does", async () => {
    let attempts = 0;
    const source = iterable(function* () {
      attempts += 1;
      if (attempts === 1) throw new SluiceError("upstream_throttled", "The model is busy.");
      yield "1. At last";
    });
    await using lab = await labs.open(source);
    await lab.ask();
    await lab.state("Failed");
    const alert = lab.page.getByRole("alert");
    expect(await alert.innerText()).toMatch(/The model is busy\. Trying again may help\.\s+Code upstream_throttled/);
    await lab.page.getByRole("button", { name: "Try again" }).click();
    await lab.state("Complete");
    expect(await lab.titles()).toEqual(["At last"]);
    expect(await alert.count()).toBe(0);
    expect(lab.complaints).toEqual([]);
  });

  test("fits a screen of 390 pixels without scrolling sideways, at each stage", async () => {
    const source = new GatedSource();
    await using lab = await labs.open(source, { viewport: { width: 390, height: 844 } });
    const overhang = (): Promise<number> =>
      lab.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overhang()).toBe(0);
    await lab.ask();
    await lab.textWith(LAST_WORD_BEFORE_THE_GATE);
    expect(await overhang()).toBe(0);
    source.release();
    await lab.state("Complete");
    await lab.page.getByText("Prompt cards").first().click();
    await lab.page.getByRole("button", { name: "Add a card" }).click();
    expect(await overhang()).toBe(0);
    expect(lab.complaints).toEqual([]);
  });

  test("comes with a content security policy, and needs nothing beyond its own origin", async () => {
    const source = new GatedSource();
    source.release();
    await using lab = await labs.open(source);
    const response = await lab.page.reload();
    expect(response?.headers()["content-security-policy"]).toContain("default-src 'self'");
    expect(await lab.page.locator("script:not([src]), style, [style]").count()).toBe(0);
    await lab.ask();
    await lab.state("Complete");
    expect(lab.complaints).toEqual([]);
    await lab.page.evaluate(() => {
      document.body.append(Object.assign(document.createElement("style"), { textContent: "b {}" }));
    });
    await expect.poll(() => lab.complaints.length).toBe(1);
    expect(lab.complaints[0]).toMatch(/Content Security Policy/);
  });

  test("switches between light and dark, and remembers it", async () => {
    await using lab = await labs.open(new GatedSource(), { colorScheme: "light" });
    const ground = (): Promise<string> =>
      lab.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await lab.page.getByTitle("Dark colours").click();
    await expect.poll(ground).not.toBe(light);
    const dark = await ground();
    await lab.page.reload();
    await expect.poll(ground).toBe(dark);
    await lab.page.getByTitle("Colours as the system has them").click();
    await expect.poll(ground).toBe(light);
    expect(lab.complaints).toEqual([]);
  });
});
