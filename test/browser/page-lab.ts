import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { Source } from "sluice";
import { type Server, serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { titles } from "../../apps/titles/index.ts";
import { Relay } from "./relay.ts";

/** What a lab is made of. */
export interface LabParts {
  readonly browser: Browser;
  readonly pages: string;
  readonly source: Source;
  readonly context?: BrowserContextOptions;
}

/** What the network does to a page is not the page's fault: Chromium logs a refused dial as an error. */
const NETWORK = /^WebSocket connection to .* failed|net::ERR_/;

/** A server, a wire to it that can be cut, and the page in a browser; everything that the page complains of is kept. */
export class PageLab implements AsyncDisposable {
  readonly complaints: string[] = [];
  readonly server: Server;
  readonly relay: Relay;
  readonly context: BrowserContext;
  readonly page: Page;

  private constructor(parts: { server: Server; relay: Relay; context: BrowserContext; page: Page }) {
    this.server = parts.server;
    this.relay = parts.relay;
    this.context = parts.context;
    this.page = parts.page;
    this.#listen(this.page);
  }

  static async open({ browser, pages, source, context: options }: LabParts): Promise<PageLab> {
    const features = { model: source.modelId, standIn: source.modelId.startsWith("offline.") };
    const server = await serve({ titles }, { store: memory(), source, port: 0, pages, features, signals: false });
    const relay = await Relay.to(server.port);
    const context = await browser.newContext({ baseURL: relay.url, ...options });
    const page = await context.newPage();
    const lab = new PageLab({ server, relay, context, page });
    await page.goto("/");
    return lab;
  }

  /** Fills in the example article and asks for its titles. */
  async ask(): Promise<void> {
    await this.page.getByRole("button", { name: "Use an example article" }).click();
    await this.page.getByRole("button", { name: "Suggest titles" }).click();
  }

  /** Resolves when the last answer stands so. */
  async state(word: string): Promise<void> {
    await this.page.locator(".sluice-answer").last().locator(".sluice-status", { hasText: word }).waitFor();
  }

  /** Resolves when the text has come so far. */
  async textWith(words: string): Promise<void> {
    await this.page.locator(".sluice-text", { hasText: words }).last().waitFor();
  }

  /** The answer's text as it stands on the page, to the last unit. */
  async text(): Promise<string | null> {
    return this.page.locator(".sluice-text").last().textContent();
  }

  /** The titles that the last answer suggests. */
  async titles(): Promise<string[]> {
    const list = this.page.getByRole("list", { name: "Suggested titles" }).last();
    return list.locator("li > :first-child").allTextContents();
  }

  /** What the page says of the wire that was broken. */
  async told(words: RegExp): Promise<void> {
    await this.page.getByRole("region", { name: "The wire" }).getByText(words).waitFor();
  }

  /** The text that the server keeps for the stream which the page follows. */
  async storedText(): Promise<unknown> {
    return (await this.#stored()).text;
  }

  /** Where the stream that the page follows ends by now, as the server keeps it. */
  async lastOffset(): Promise<unknown> {
    return (await this.#stored()).offset;
  }

  async #stored(): Promise<{ text?: unknown; offset?: unknown }> {
    const kept = await this.page.evaluate(() => sessionStorage.getItem("sluice.chat.titles"));
    const { streamId } = (JSON.parse(kept ?? "null") as { streamId: string }[]).at(-1)!;
    const response = await fetch(`${this.server.url}/titles/streams/${streamId}`, {
      headers: { Accept: "application/json" },
    });
    return (await response.json()) as { text?: unknown; offset?: unknown };
  }

  /** Another page of the same visitor. */
  async otherPage(): Promise<Page> {
    const page = await this.context.newPage();
    this.#listen(page);
    await page.goto("/");
    return page;
  }

  #listen(page: Page): void {
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      const isProblem = message.type() === "error" || message.type() === "warning";
      if (isProblem && !NETWORK.test(message.text())) this.complaints.push(message.text());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await this.relay[Symbol.asyncDispose]();
    await this.server.close();
  }
}
