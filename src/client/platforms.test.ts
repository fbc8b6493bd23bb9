import { resolve } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { FakeClock, settled } from "../testing/fake-clock.ts";
import { FakeSockets } from "../testing/fake-socket.ts";
import type { Client, ClientOptions, Lifecycle, LifecycleEvent } from "./index.ts";

const CLIENT = resolve(import.meta.dirname, "index.ts");
/** What the language's own engine does not bring, and every platform gives: browsers, workers, Node, React Native with polyfills. */
const PLATFORM = { URL, URLSearchParams, AbortController, AbortSignal, TextEncoder, TextDecoder, crypto };

let bundle: string;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [CLIENT],
    bundle: true,
    format: "iife",
    globalName: "sluice",
    conditions: ["sluice-source"],
    platform: "neutral",
    write: false,
  });
  bundle = outputFiles[0]!.text;
});

/** The client in a world that has no page, no timers, no network and no Node of its own. */
function barren(options: Partial<ClientOptions>): Client {
  const world = createContext({ ...PLATFORM, options });
  runInContext(bundle, world);
  return runInContext("sluice.createClient({ url: 'http://127.0.0.1:1/app', ...options })", world) as Client;
}

describe("a platform that is no browser", () => {
  it("needs nothing but what is handed to the client: WebSocket, fetch, clock, lifecycle, storage", async () => {
    const sockets = new FakeSockets();
    const clock = new FakeClock();
    const kept = new Map<string, string>();
    let tell: (event: LifecycleEvent) => void = () => {};
    const lifecycle: Lifecycle = (listener) => {
      tell = listener;
      return () => {};
    };
    const client = barren({
      WebSocket: sockets.WebSocket,
      fetch: () => Promise.reject(new TypeError("no network")),
      clock,
      random: () => 1,
      lifecycle,
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
    });
    const run = client.run("ask", {}, { requestId: "r" });
    await settled();
    sockets.last.accept();
    sockets.last.deliver({ type: "start", route: "ask", streamId: "s", offset: "1-0", requestId: "r" });
    tell("frozen");
    expect(client.connection).toMatchObject({ state: "suspended", reason: "the page is frozen" });
    expect(sockets.last.released).toBe(true);
    tell("thawed");
    await settled();
    sockets.last.accept();
    expect(sockets.last.actions("resume")).toEqual([{ action: "resume", streamId: "s", offset: "1-0" }]);
    const end = { type: "complete", text: "" };
    sockets.last.deliver({ type: "events", streamId: "s", first: "1-1", offset: "1-1", at: 1, events: [end] });
    await run.result;
    client.close();

    expect(client.stats).toEqual({ gaps: 0, duplicates: 0, reconnects: 1 });
    expect(clock.pending).toBe(0);
  });

  it("touches nothing of its platform when it is loaded", () => {
    expect(() => runInContext(bundle, createContext({}))).not.toThrow();
  });
});
