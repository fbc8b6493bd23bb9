import { describe, expect, it } from "vitest";
import {
  type Bench,
  begun,
  bench,
  complete,
  delta,
  frame,
  json,
  reconnect,
  requested,
} from "../../test/support/client-bench.ts";
import { settled } from "../testing/fake-clock.ts";
import { reportDelivery } from "./delivery.ts";
import { type Client, createClient } from "./index.ts";
import type { LifecycleEvent } from "./lifecycle.ts";

interface Report {
  readonly path: string;
  readonly init: RequestInit;
  readonly body: unknown;
}

interface Watched {
  readonly reports: Report[];
  readonly stop: () => void;
  tell(event: LifecycleEvent): void;
}

/** What is reported for this client's runs. */
function watched({ client, clock }: Bench): Watched {
  const reports: Report[] = [];
  let listener: ((event: LifecycleEvent) => void) | undefined;
  const reporting = {
    onRun: client.onRun.bind(client),
    fetch(path: string, init: RequestInit = {}) {
      reports.push({ path, init, body: JSON.parse(init.body as string) });
      return Promise.reject(new TypeError("the page is gone"));
    },
  };
  const stop = reportDelivery(reporting as unknown as Client, {
    clock,
    lifecycle: (heard) => {
      listener = heard;
      return () => void (listener = undefined);
    },
  });
  return { reports, stop, tell: (event) => listener?.(event) };
}

describe("what a viewer saw", () => {
  it("PROTOCOL 7.8: is reported once, once the run's end had time to be shown: when it was shown first, how far, and what went wrong", async () => {
    const at = bench();
    const { reports } = watched(at);
    const { run, socket } = await begun(at);
    socket.deliver(frame(1, [delta("a")]));
    await at.clock.advance(40);
    run.shown();
    const next = await reconnect(at);
    next.deliver({ type: "pong" });
    next.deliver(frame(1, [delta("a")]));
    next.deliver(frame(4, [delta("d")]));
    next.deliver(frame(2, [delta("b"), delta("c"), delta("d")]));
    next.deliver(frame(5, [complete("abcd")]));
    await at.clock.advance(20);
    expect(reports).toEqual([]);
    run.shown();
    await at.clock.advance(1000);
    const body = { firstShownMs: 40, shown: "1-5", resumes: 1, gaps: [2], duplicates: 1 };
    expect(reports.map(({ path, body: said }) => [path, said])).toEqual([["/streams/s/delivery", body]]);
    const { method, keepalive, headers } = reports[0]!.init;
    expect({ method, keepalive, headers }).toEqual({
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json" },
    });
  });

  it("is reported of every run under way when the page goes, and what came since where the page comes back", async () => {
    const at = bench();
    const { reports, tell } = watched(at);
    const { run, socket } = await begun(at);
    run.shown();
    tell("hidden");
    expect(reports).toEqual([]);
    tell("frozen");
    expect(reports.map(({ body }) => body)).toEqual([
      { firstShownMs: 0, shown: "1-0", resumes: 0, gaps: [], duplicates: 0 },
    ]);
    tell("thawed");
    socket.deliver(frame(1, [delta("a")]));
    socket.deliver(frame(1, [delta("a")]));
    socket.deliver(frame(2, [complete("a")]));
    run.shown();
    await at.clock.advance(1000);
    expect(reports.slice(1).map(({ body }) => body)).toEqual([{ shown: "1-2", resumes: 0, gaps: [], duplicates: 1 }]);
    tell("frozen");
    expect(reports).toHaveLength(2);
  });

  it("waits for the stream's id: a page that went before it was known reports at the end", async () => {
    const at = bench();
    const { reports, tell } = watched(at);
    const { socket } = await requested(at);
    tell("frozen");
    expect(reports).toEqual([]);
    socket.deliver({ type: "start", streamId: "s", offset: "1-0", requestId: "r" });
    socket.deliver(frame(1, [complete("")]));
    await at.clock.advance(1000);
    expect(reports.map(({ path }) => path)).toEqual(["/streams/s/delivery"]);
  });

  it("is reported when the viewer leaves, of a run that failed, and of none that never began", async () => {
    const at = bench();
    const { reports } = watched(at);
    const { run } = await begun(at);
    run.detach();
    await at.clock.advance(1000);
    expect(reports).toHaveLength(1);
    const refused = at.client.run("ask", {});
    await settled();
    at.sockets.last.deliver({ type: "error", requestId: refused.requestId, code: "bad_request", message: "no" });
    await at.clock.advance(1000);
    expect(refused.state).toBe("error");
    expect(reports).toHaveLength(1);
  });

  it("is reported no more once that was stopped", async () => {
    const at = bench();
    const { reports, stop, tell } = watched(at);
    const { socket } = await begun(at);
    stop();
    tell("frozen");
    at.client.run("ask", {});
    await settled();
    expect(reports).toEqual([]);
    socket.deliver(frame(1, [complete("")]));
  });

  it("goes to the system's own address, with the viewer's session", async () => {
    const calls: [string, RequestInit][] = [];
    const client = createClient({
      url: "http://127.0.0.1:1/app",
      session: "mine",
      fetch: (url, init) => {
        calls.push([url, init]);
        return Promise.resolve(json({}));
      },
    });
    await client.fetch("/streams/s/delivery", { method: "POST", keepalive: true, body: "{}" });
    expect(calls[0]).toMatchObject([
      "http://127.0.0.1:1/app/streams/s/delivery",
      { method: "POST", keepalive: true, headers: { "Sluice-Session": "mine" } },
    ]);
    client.close();
  });
});
