import type { Browser, BrowserContext, Page } from "playwright-core";
import { type Server, serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { numberedText } from "sluice/testing";
import { expect } from "vitest";
import { OfficeProxy } from "../support/office-proxy.ts";
import { SteppedSource } from "../support/stepped-source.ts";
import { talkingSystem } from "../support/talking-system.ts";

/** How many tokens the whole answer has. */
export const TOKENS = 90;

/** How long a loaded machine may take, milliseconds. */
export const PATIENCE: { readonly timeout: number; readonly interval: number } = { timeout: 10_000, interval: 50 };

/** What a page has done since it was opened. */
interface Doings {
  sockets: number;
  commits: number;
  readonly heeded: string[];
}

declare global {
  var doings: Doings;
}

/** Counts sockets and React's commits, and notes what the page listens to. */
function countDoings(): void {
  const doings: Doings = { sockets: 0, commits: 0, heeded: [] };
  globalThis.doings = doings;
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      doings.sockets += 1;
    }
  };
  const listen = globalThis.addEventListener.bind(globalThis) as (...what: unknown[]) => void;
  globalThis.addEventListener = (...what: unknown[]) => {
    doings.heeded.push(String(what[0]));
    listen(...what);
  };
  Object.assign(globalThis, {
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      supportsFiber: true,
      inject: () => 1,
      onCommitFiberRoot: () => void (doings.commits += 1),
      onCommitFiberUnmount() {},
      onPostCommitFiberRoot() {},
    },
  });
}

/** A server whose model waits for the test, an office's proxy before it, and pages in a browser. */
export class LadderLab implements AsyncDisposable {
  readonly source: SteppedSource;
  readonly proxy: OfficeProxy;
  readonly #server: Server;
  readonly #context: BrowserContext;

  private constructor(source: SteppedSource, server: Server, proxy: OfficeProxy, context: BrowserContext) {
    this.source = source;
    this.proxy = proxy;
    this.#server = server;
    this.#context = context;
  }

  static async open(browser: Browser, pages: string): Promise<LadderLab> {
    const source = new SteppedSource(TOKENS);
    const server = await serve({ app: talkingSystem }, { store: memory(), source, port: 0, pages, signals: false });
    const proxy = await OfficeProxy.to(server.port);
    const context = await browser.newContext({ baseURL: proxy.url });
    await context.addInitScript(countDoings);
    return new LadderLab(source, server, proxy, context);
  }

  async visit(path = "/"): Promise<Page> {
    const page = await this.#context.newPage();
    await page.goto(path);
    return page;
  }

  /** The rest of the answer comes: all of it once, from one run upstream. */
  async expectWhole(page: Page): Promise<void> {
    this.source.allow(TOKENS);
    await status(page, "complete");
    await expectText(page, TOKENS);
    expect(this.source.calls).toBe(1);
    expect(await page.evaluate(() => ladder.client.stats)).toMatchObject({ gaps: 0, duplicates: 0 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    await this.proxy[Symbol.asyncDispose]();
    await this.#server.close();
  }
}

export async function ask(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Ask" }).click();
}

/** Resolves when the answer stands so. */
export async function status(page: Page, name: string): Promise<void> {
  await page.locator("#status", { hasText: name }).waitFor();
}

/** Resolves when the connection stands so, like `open by sse`. */
export async function connection(page: Page, words: string): Promise<void> {
  await page.locator("#connection", { hasText: words }).waitFor();
}

/** Resolves when these tokens, and no others, are shown. */
export async function expectText(page: Page, tokens: number): Promise<void> {
  await expect.poll(() => page.locator("#text").textContent(), PATIENCE).toBe(numberedText(tokens));
}

/** Leaves out so much of the page's time. */
export async function jump(page: Page, ms: number): Promise<void> {
  await page.evaluate((left) => ladder.timers.jump(left), ms);
}
