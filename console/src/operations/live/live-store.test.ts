import { SluiceError } from "sluice/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aConnection, aSample, aStream } from "../testing/rows.ts";
import { ScriptedClient } from "../testing/scripted-client.ts";
import { liveStore } from "./live-store.ts";

/** Longer than changes are gathered, shorter than anything else. */
const SOON_MS = 150;

describe("what goes on at the server", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function watched(): {
    client: ScriptedClient;
    store: ReturnType<typeof liveStore>;
    told: () => number;
    leave: () => void;
  } {
    const client = new ScriptedClient();
    const store = liveStore(client.typed);
    let told = 0;
    const leave = store.subscribe(() => (told += 1));
    return { client, store, told: () => told, leave };
  }

  it("asks nothing before somebody looks, and once for all who do", () => {
    const client = new ScriptedClient();
    const store = liveStore(client.typed);
    expect(client.runs).toEqual([]);
    store.subscribe(() => {});
    store.subscribe(() => {});
    expect(client.runs.map(({ route, input }) => [route, input])).toEqual([["watch", {}]]);
  });

  it("tells at most ten times a second, however much comes", async () => {
    const { client, store, told } = watched();
    client.last("watch").data("streams", { set: [aStream("a")], gone: [] });
    await vi.advanceTimersByTimeAsync(SOON_MS);
    const before = told();
    for (let second = 1; second <= 400; second += 1) client.last("watch").data("pace", aSample(second * 1000));
    await vi.advanceTimersByTimeAsync(SOON_MS);

    expect(told() - before).toBe(1);
    expect(store.snapshot().pace.samples).toHaveLength(300);
  });

  it("runs watch again when it has come to its end; its first lists, which come in parts, replace the old ones", async () => {
    const { client, store } = watched();
    const first = client.last("watch");
    first.data("streams", { set: [aStream("a"), aStream("b")], gone: [] });
    first.data("connections", { set: [aConnection("c")], gone: [] });
    first.end({ until: 1 });
    await vi.advanceTimersByTimeAsync(SOON_MS);
    const second = client.last("watch");
    expect(second).not.toBe(first);
    second.tell({ type: "start", route: "watch" });
    second.data("streams", { set: [aStream("b"), aStream("d")], gone: [] });
    second.data("streams", { set: [aStream("e")], gone: [] });
    await vi.advanceTimersByTimeAsync(SOON_MS);
    expect([...store.snapshot().streams.keys()]).toEqual(["a", "b", "d", "e"]);
    second.data("pace", aSample(0));
    await vi.advanceTimersByTimeAsync(SOON_MS);

    expect([...store.snapshot().streams.keys()]).toEqual(["b", "d", "e"]);
    expect(store.snapshot().connections.size).toBe(0);
  });

  it("says that a token is needed, and does not ask again in vain", async () => {
    const { client, store } = watched();
    client.last("watch").fail(new SluiceError("forbidden", "An operator's token is needed."));
    await vi.advanceTimersByTimeAsync(60_000);

    expect(store.snapshot().link).toEqual({ state: "forbidden" });
    expect(client.runs).toHaveLength(1);
  });

  it("asks again after an error that may pass", async () => {
    const { client, store } = watched();
    client.last("watch").fail(new SluiceError("internal", "Something went wrong on the server."));
    await vi.advanceTimersByTimeAsync(SOON_MS);
    expect(store.snapshot().link).toMatchObject({ state: "failed" });
    await vi.advanceTimersByTimeAsync(3000);
    client.last("watch").data("streams", { set: [], gone: [] });
    await vi.advanceTimersByTimeAsync(SOON_MS);

    expect(client.runs).toHaveLength(2);
    expect(store.snapshot().link).toEqual({ state: "live" });
  });

  it("runs anew what a server that was started again has forgotten", async () => {
    const { client, store } = watched();
    client.last("watch").data("streams", { set: [aStream("a")], gone: [] });
    client.last("watch").data("pace", aSample(0));
    await vi.advanceTimersByTimeAsync(SOON_MS);
    client.last("watch").fail(new SluiceError("not_found", "There is no such stream."));
    await vi.advanceTimersByTimeAsync(3100);
    expect(client.runs).toHaveLength(2);
    client.last("watch").fail(new SluiceError("not_found", "There is no such app."));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.snapshot().link).toEqual({ state: "missing" });
    expect(client.runs).toHaveLength(2);
  });

  it("keeps what it shows while the server is not reached, and says so", async () => {
    const { client, store } = watched();
    client.last("watch").data("streams", { set: [aStream("a")], gone: [] });
    await vi.advanceTimersByTimeAsync(SOON_MS);
    client.become({ state: "waiting", transport: "websocket", attempt: 2, retryAt: 9 });
    expect(store.snapshot().link).toEqual({ state: "offline", retryAt: 9 });
    expect(store.snapshot().streams.size).toBe(1);
    client.become({ state: "open", transport: "websocket", attempt: 2 });
    expect(store.snapshot().link).toEqual({ state: "live" });
  });

  it("goes on for two seconds after the last has left, so that a page that is mounted twice begins once", async () => {
    const { client, store, leave } = watched();
    leave();
    await vi.advanceTimersByTimeAsync(1000);
    store.subscribe(() => {})();
    await vi.advanceTimersByTimeAsync(1900);
    expect(client.runs.map(({ detached }) => detached)).toEqual([false]);
    await vi.advanceTimersByTimeAsync(200);
    expect(client.runs.map(({ detached }) => detached)).toEqual([true]);
  });
});
