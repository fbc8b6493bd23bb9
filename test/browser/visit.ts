import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";

/** Where a page is opened, and how. */
export interface VisitParts {
  readonly browser: Browser;
  /** The origin that serves the pages, like `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly system: string;
  /** The origin that serves the system's HTTP; the pages' own by default. */
  readonly api?: string;
  readonly context?: BrowserContextOptions;
  /** What the page may complain of, too. */
  readonly expected?: RegExp;
  /** Called before the page is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>;
}

/** What a network or a server refuses is not the page's fault: Chromium logs it as an error. */
const REFUSED = /^WebSocket connection to .* failed|^Failed to load resource/;

/** A system's page in a browser context of its own. What the page complains of fails the test when it is left. */
export class Visit implements AsyncDisposable {
  readonly page: Page;
  readonly #parts: VisitParts;
  readonly #context: BrowserContext;
  readonly #complaints: string[] = [];

  private constructor(parts: VisitParts, context: BrowserContext, page: Page) {
    this.page = page;
    this.#parts = parts;
    this.#context = context;
    page.on("pageerror", (error) => this.#complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() !== "error" || REFUSED.test(message.text())) return;
      if (parts.expected?.test(message.text()) !== true) this.#complaints.push(message.text());
    });
  }

  static async to(parts: VisitParts): Promise<Visit> {
    const { browser, url, system } = parts;
    const context = await browser.newContext({
      baseURL: url,
      viewport: { width: 1280, height: 844 },
      ...parts.context,
    });
    await parts.prepare?.(context);
    const visit = new Visit(parts, context, await context.newPage());
    await visit.page.goto(system === "titles" ? "/" : `/#/${system}`);
    return visit;
  }

  /** Presses the form's own button. */
  async send(): Promise<void> {
    await this.page.locator('form.sluice-prompt [type="submit"]').first().click();
  }

  /** Resolves when the last answer stands so. */
  async state(name: string): Promise<void> {
    await this.page.locator(".sluice-answer").last().locator(`.sluice-status[data-status="${name}"]`).waitFor();
  }

  async firstWords(): Promise<void> {
    await this.page.locator(".sluice-text").last().waitFor();
  }

  /** The text on the page, without its white space, which is set anew there, is the one that the server has. */
  async expectStored(): Promise<void> {
    const { system, url, api = url } = this.#parts;
    const { exchanges } = await this.kept();
    const response = await fetch(`${api}/${system}/streams/${exchanges.at(-1)!.streamId}`);
    const report = (await response.json()) as { text: string };
    const words = (text: string): string => text.replaceAll(/\s+/g, "");
    expect(words(report.text)).not.toBe("");
    expect(words((await this.page.locator(".sluice-text").last().textContent()) ?? "")).toBe(words(report.text));
  }

  /** What the tab remembers. */
  async kept(): Promise<{ session: string; exchanges: { streamId: string }[] }> {
    const { system } = this.#parts;
    const stored = Object.entries(await this.page.evaluate(() => ({ ...sessionStorage }) as Record<string, string>));
    const [, session] = stored.find(([key]) => key.startsWith("sluice.session ") && key.endsWith(`/${system}`))!;
    const [, chat = "[]"] = stored.find(([key]) => key === `sluice.chat.${system}`) ?? [];
    return { session, exchanges: JSON.parse(chat) as { streamId: string }[] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    expect(this.#complaints).toEqual([]);
  }
}
