import { describe, expect, it } from "vitest";
import { JumpingTimers } from "../../test/support/jumping-timers.ts";
import { OfficeProxy } from "../../test/support/office-proxy.ts";
import { SteppedSource } from "../../test/support/stepped-source.ts";
import { talkingSystem } from "../../test/support/talking-system.ts";
import { type Server, serve } from "../host/node/serve.ts";
import { memory } from "../store/memory.ts";
import { numberedText } from "../testing/numbered-tokens.ts";
import { type Client, type Run, createClient } from "./index.ts";

/** How long a loaded machine may take, milliseconds. */
const PATIENCE = { timeout: 10_000, interval: 50 };

/** A server behind such a proxy, and a client of it. */
interface Office extends AsyncDisposable {
  readonly proxy: OfficeProxy;
  readonly source: SteppedSource;
  readonly client: Client;
  readonly timers: JumpingTimers;
}

async function office(): Promise<Office> {
  const source = new SteppedSource(90);
  const server: Server = await serve({ app: talkingSystem }, { store: memory(), source, port: 0, signals: false });
  const proxy = await OfficeProxy.to(server.port);
  const timers = new JumpingTimers();
  const client = createClient({ url: `${proxy.url}/app`, clock: timers, random: () => 0.002 });
  return {
    proxy,
    source,
    client,
    timers,
    async [Symbol.asyncDispose]() {
      client.close();
      await proxy[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** Resolves when the run's text has come so far. */
async function textOf(run: Run, tokens: number): Promise<void> {
  const wanted = numberedText(tokens);
  if (run.text === wanted) return;
  await new Promise<void>((resolve) => {
    const stop = run.subscribe(() => {
      if (run.text !== wanted) return;
      stop();
      resolve();
    });
  });
}

/** The rest of the answer comes; all of it came once, from one run upstream. */
async function expectWhole({ source, client }: Office, run: Run): Promise<void> {
  source.allow(90);
  expect(await run.result).toEqual({ length: numberedText(90).length });
  expect(run.text).toBe(numberedText(90));
  expect(source.calls).toBe(1);
  expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
  expect((await client.streams()).items).toHaveLength(1);
}

describe("the ladder, on real networks", () => {
  it("WebSockets refused from the start: event streams after two dials, and one run", async () => {
    await using at = await office();
    at.proxy.upgrades = "refuse";
    at.source.allow(30);
    const run = at.client.run("ask", {});
    await textOf(run, 30);
    expect(at.client.connection).toMatchObject({ state: "open", transport: "sse" });
    await expectWhole(at, run);
  });

  it.each(["swallow", "mute"] as const)(
    "WebSockets blocked from the start (%s): event streams after 4 s",
    async (manner) => {
      await using at = await office();
      at.proxy.upgrades = manner;
      at.source.allow(30);
      const run = at.client.run("ask", {});
      await expect.poll(() => at.proxy.obstructed.upgrades, PATIENCE).toBe(1);
      if (manner === "mute") await expect.poll(() => at.client.connection.state, PATIENCE).toBe("open");
      expect(at.client.connection.transport).toBe("websocket");
      at.timers.jump(4000);
      await textOf(run, 30);
      expect(at.client.connection).toMatchObject({ state: "open", transport: "sse" });
      await expectWhole(at, run);
    },
  );

  it("WebSockets blocked in the middle: after 20 s of it, event streams from the very place; and up again", async () => {
    await using at = await office();
    at.source.allow(30);
    const run = at.client.run("ask", {});
    await textOf(run, 30);
    expect(at.client.connection).toMatchObject({ state: "open", transport: "websocket" });
    at.proxy.upgrades = "refuse";
    at.proxy.cutWebSockets();
    at.source.allow(60);
    await expect.poll(() => at.proxy.obstructed.upgrades, PATIENCE).toBeGreaterThan(0);
    const transport = (): string => {
      if (at.client.connection.transport === "websocket") at.timers.jump(10_000);
      return at.client.connection.transport;
    };
    await expect.poll(transport, { ...PATIENCE, interval: 250 }).toBe("sse");
    await textOf(run, 60);
    at.proxy.upgrades = "pass";
    at.timers.jump(60_000);
    await expect.poll(() => at.client.connection.transport, PATIENCE).toBe("websocket");
    expect(at.client.connection.state).toBe("open");
    await expectWhole(at, run);
  });

  it("behind a proxy that holds event streams back, too: long polls, and text piece by piece all the same", async () => {
    await using at = await office();
    at.proxy.upgrades = "refuse";
    at.proxy.holding = true;
    at.source.allow(30);
    const run = at.client.run("ask", {});
    await expect.poll(() => at.client.connection.transport, PATIENCE).toBe("sse");
    await expect.poll(() => at.source.calls, PATIENCE).toBe(1);
    expect(run.text).toBe("");
    await expect.poll(() => at.proxy.obstructed.eventStreams, PATIENCE).toBe(1);
    at.timers.jump(4000);
    await textOf(run, 30);
    expect(at.client.connection).toMatchObject({ state: "open", transport: "poll" });
    at.source.allow(60);
    await textOf(run, 60);
    await expectWhole(at, run);
  });
});
