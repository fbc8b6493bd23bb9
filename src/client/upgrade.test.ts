import { describe, expect, it } from "vitest";
import { ClientLab, type Place, keptStorage } from "../../test/property/client-lab.ts";
import { FakeClock, settled } from "../testing/fake-clock.ts";
import { FakeSocket } from "../testing/fake-socket.ts";
import { Upgrade } from "./upgrade.ts";

const MINUTE = 60_000;

function open(storage: Place["storage"]): ClientLab {
  return new ClientLab({ jitter: 1, transports: ["websocket", "sse", "poll"], storage });
}

/** A lab that was sent down to event streams, with a run under way. */
async function lowered(storage: Place["storage"] = "none"): Promise<ClientLab> {
  const lab = open(storage);
  lab.wall = "hang";
  lab.begin(0, false);
  await lab.pass(4000);
  expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
  return lab;
}

/** When, in milliseconds from now, the best way is tried; and with which sockets. */
async function trials(lab: ClientLab, count: number): Promise<{ at: number[]; sockets: FakeSocket[] }> {
  const before = lab.sockets.all.length;
  const begin = lab.clock.now();
  const at: number[] = [];
  while (at.length < count) {
    await lab.pass(250);
    if (lab.sockets.all.length > before + at.length) at.push(lab.clock.now() - begin);
  }
  return { at, sockets: lab.sockets.all.slice(before) };
}

describe("the way up", () => {
  it("is tried after a minute, then after twice as long each time, and at last every ten minutes", async () => {
    const lab = await lowered();
    lab.wall = "refused";
    const { at, sockets } = await trials(lab, 6);
    const pauses = at.map((time, index) => Math.round((time - (at[index - 1] ?? 0)) / MINUTE));
    expect(pauses).toEqual([1, 2, 4, 8, 10, 10]);
    expect(sockets.every(({ released }) => released)).toBe(true);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
    lab.client.close();
    expect(lab.clock.pending).toBe(0);
  });

  it("is left where the try hangs, or opens and passes nothing", async () => {
    for (const wall of ["hang", "mute"] as const) {
      const lab = await lowered();
      lab.wall = wall;
      const { sockets } = await trials(lab, 1);
      await lab.pass(10_000);
      expect(sockets[0]!.released, wall).toBe(true);
      expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
      expect(lab.runs[0]!.timings.resumes).toBe(0);
      lab.client.close();
    }
  });

  it("law 3: the streams go on by it from where they are, each event once; nothing more comes by the old one", async () => {
    const lab = await lowered();
    const stream = lab.server.streams.get("s0")!;
    lab.wall = "open";
    stream.append({ type: "text-delta", text: "by SSE " });
    await lab.pass(MINUTE - 250);
    expect(lab.http.pipes).toHaveLength(1);
    await lab.pass(500);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "websocket", attempt: 0 });
    expect(lab.http.pipes).toEqual([]);
    expect(lab.sockets.last.actions("resume")).toEqual([{ action: "resume", streamId: "s0", offset: "1-1" }]);
    stream.append({ type: "text-delta", text: "by WebSocket" });
    stream.end("complete");
    await lab.pass(0);
    expect(lab.runs[0]).toMatchObject({ state: "complete", text: "by SSE by WebSocket" });
    expect(lab.server.begun.get("r0")).toBe(1);
    expect(lab.client.stats).toEqual({ gaps: 0, duplicates: 0, reconnects: 1 });
    lab.client.close();
  });

  it("takes the network's verdict back, for the connections to come and the pages to come", async () => {
    const storage = keptStorage();
    const lab = await lowered(storage);
    expect(firstWay(open(storage))).toBe("sse");
    lab.wall = "open";
    await lab.pass(2 * MINUTE);
    lab.live!.socket.cut();
    await lab.pass(1000);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "websocket" });
    expect(firstWay(open(storage))).toBe("websocket");
    lab.client.close();
  });

  it("a try that was called off while its token was fetched leaves no socket", async () => {
    const clock = new FakeClock();
    const socket = new FakeSocket("ws://127.0.0.1:1/app", []);
    const token = Promise.withResolvers<string>();
    const adopted: unknown[] = [];
    const upgrade = new Upgrade({
      timers: clock,
      dial: () => socket,
      token: () => token.promise,
      adopt: (link) => adopted.push(link),
    });
    upgrade.later("websocket");
    await clock.advance(MINUTE);
    upgrade.stop();
    token.resolve("abc");
    await settled();
    expect(socket.released).toBe(true);
    expect([adopted, clock.pending]).toEqual([[], 0]);
  });

  it("is put off by no number of reconnects below: each begins the same pause anew", async () => {
    const lab = await lowered();
    for (let time = 0; time < 5; time += 1) {
      lab.http.cut(0, true);
      await lab.pass(12_000);
    }
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
    const { at } = await trials(lab, 1);
    expect(at[0]).toBeLessThanOrEqual(MINUTE);
    lab.client.close();
  });

  it("a network that cuts WebSockets after some seconds is tried ever more seldom, too", async () => {
    const lab = await lowered();
    lab.wall = "open";
    const pauses: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const begin = lab.clock.now();
      while (lab.client.connection.transport !== "websocket") await lab.pass(250);
      pauses.push(Math.round((lab.clock.now() - begin) / MINUTE));
      const dials = lab.sockets.all.length;
      while (lab.client.connection.transport === "websocket") {
        if (lab.client.connection.state === "open") await lab.pass(3000);
        lab.live?.socket.cut();
        await lab.pass(250);
      }
      // Three short lives: the one that was found, and two more.
      expect(lab.sockets.all.length - dials).toBe(2);
    }
    expect(pauses).toEqual([1, 2, 4, 8]);
    lab.client.close();
  });

  it("a request while it is tried, and a cancel, are answered by the way that is open", async () => {
    const lab = await lowered();
    lab.wall = "hang";
    await trials(lab, 1);
    lab.begin(1, false);
    lab.cancel(lab.runs[0]!);
    await lab.pass(0);
    expect(lab.runs.map(({ state }) => state)).toEqual(["cancelled", "streaming"]);
    expect(lab.sockets.last.sent).toEqual([]);
    lab.client.close();
  });
});

/** By which way a client dials first. */
function firstWay(lab: ClientLab): string {
  lab.begin(0, false);
  return lab.client.connection.transport;
}
