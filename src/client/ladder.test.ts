import { describe, expect, it } from "vitest";
import { ClientLab, type Place } from "../../test/property/client-lab.ts";
import type { Event } from "../protocol/events.ts";

const TRANSPORTS: Place["transports"] = ["websocket", "sse", "poll"];

function open(place: Partial<Place> = {}): ClientLab {
  return new ClientLab({ jitter: 1, transports: TRANSPORTS, storage: "none", ...place });
}

/** A lab whose run is under way on a WebSocket. */
async function working(place: Partial<Place> = {}): Promise<ClientLab> {
  const lab = open(place);
  lab.begin(0, false);
  await lab.pass(15_000);
  expect(lab.client.connection).toMatchObject({ state: "open", transport: "websocket" });
  return lab;
}

/** The model says this, in every run. */
function say(lab: ClientLab, text: string): void {
  const event: Event = { type: "text-delta", text };
  for (const stream of lab.server.streams.values()) stream.append(event);
}

/** Every run comes to its end, whole, and was one run upstream. */
async function expectWhole(lab: ClientLab): Promise<void> {
  for (const stream of lab.server.streams.values()) stream.end("complete");
  await lab.pass(30_000);
  for (const [index, run] of lab.runs.entries()) {
    const stream = lab.server.ofRequest(run.requestId!)!;
    expect(run).toMatchObject({ state: "complete", text: stream.text });
    expect(lab.server.begun.get(`r${index}`)).toBe(1);
  }
  for (const { events, run } of lab.readings) {
    expect(
      events.filter(({ type }) => type === "complete"),
      run.requestId,
    ).toHaveLength(1);
  }
  expect(lab.client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
  lab.client.close();
  expect(lab.clock.pending).toBe(0);
}

describe("the ladder", () => {
  it("steps down at once where a dial hangs and HTTP gets through: 4 s, and the run goes on by an event stream", async () => {
    const lab = open();
    lab.wall = "hang";
    lab.begin(0, false);
    await lab.pass(3999);
    expect(lab.client.connection).toMatchObject({ state: "connecting", transport: "websocket" });
    await lab.pass(1);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse", attempt: 2 });
    say(lab, "by SSE");
    await lab.pass(0);
    expect(lab.runs[0]).toMatchObject({ state: "streaming", text: "by SSE" });
    await expectWhole(lab);
  });

  it("steps down at once where a WebSocket opens and passes nothing", async () => {
    const lab = open();
    lab.wall = "mute";
    lab.begin(0, false);
    await lab.pass(3999);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "websocket" });
    await lab.pass(1);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
    await expectWhole(lab);
  });

  it("steps down after two refused dials where WebSockets never worked, and not after one", async () => {
    const lab = open();
    lab.wall = "refused";
    lab.begin(0, false);
    await lab.pass(0);
    expect(lab.client.connection).toMatchObject({ state: "waiting", transport: "websocket", attempt: 1 });
    await lab.pass(250);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse", attempt: 3 });
    expect(lab.sockets.all).toHaveLength(2);
    await expectWhole(lab);
  });

  it("what is learnt late of dials by one way does not count against the next", async () => {
    const lab = open({ jitter: 0.002 });
    lab.wall = "refused";
    lab.http.weather = "slow";
    lab.begin(0, false);
    await lab.pass(2500);
    expect(lab.sockets.all.length).toBeGreaterThan(4);
    await lab.pass(30_000);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
    await expectWhole(lab);
  });

  it("stays where HTTP does not get through either, however long that takes", async () => {
    const lab = open();
    lab.wall = "refused";
    lab.http.weather = "down";
    lab.begin(0, false);
    await lab.pass(120_000);
    expect(lab.client.connection.transport).toBe("websocket");
    lab.wall = "open";
    lab.http.weather = "up";
    await lab.pass(20_000);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "websocket" });
    await expectWhole(lab);
  });

  it("a server that restarts for 20 s takes nobody down who had a working WebSocket", async () => {
    const lab = await working();
    say(lab, "before ");
    lab.server.restart(true);
    lab.wall = "refused";
    lab.http.weather = "down";
    lab.live!.socket.cut();
    await lab.pass(15_000);
    // HTTP is back first, as behind a load balancer.
    lab.http.weather = "up";
    await lab.pass(5000);
    expect(lab.client.connection.transport).toBe("websocket");
    lab.wall = "open";
    await lab.pass(20_000);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "websocket" });
    say(lab, "after");
    await lab.pass(0);
    expect(lab.runs[0]!.text).toBe("before after");
    await expectWhole(lab);
  });

  it("steps down where a WebSocket worked before, after three failed dials over 20 s", async () => {
    const lab = await working();
    lab.wall = "refused";
    lab.live!.socket.cut();
    const cutAt = lab.clock.now();
    const dials = lab.sockets.all.length;
    while (lab.client.connection.transport === "websocket") await lab.pass(250);
    expect(lab.sockets.all.length - dials).toBeGreaterThanOrEqual(3);
    expect(lab.clock.now() - cutAt).toBeGreaterThanOrEqual(20_000);
    expect(lab.clock.now() - cutAt).toBeLessThan(40_000);
    await lab.pass(0);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
    await expectWhole(lab);
  });

  it("a failed dial counts no more once a later one has worked, and two are too few however far apart", async () => {
    const lab = await working();
    for (let round = 0; round < 3; round += 1) {
      lab.wall = "refused";
      lab.live!.socket.cut();
      await lab.pass(500);
      lab.wall = "open";
      await lab.pass(30_000);
      expect(lab.client.connection).toMatchObject({ state: "open", transport: "websocket" });
    }
    lab.wall = "refused";
    lab.live!.socket.cut();
    await lab.pass(250);
    lab.tell("offline");
    await lab.pass(60_000);
    lab.tell("online");
    await lab.pass(0);
    expect(lab.client.connection.transport).toBe("websocket");
    await lab.pass(250);
    expect(lab.client.connection.transport).toBe("websocket");
    lab.client.close();
  });

  it("steps down after three connections in a row that held for less than 10 s, and not if one held", async () => {
    const lives = [9000, 9000, 11_000, 9000, 9000, 9000];
    const lab = await working();
    lab.live!.socket.cut();
    for (const life of lives) {
      expect(lab.client.connection.transport).toBe("websocket");
      while (lab.client.connection.state !== "open") await lab.pass(250);
      await lab.pass(life);
      say(lab, "on ");
      lab.live!.socket.cut();
    }
    await lab.pass(0);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
    await expectWhole(lab);
  });

  it("goes on by long polls where a proxy holds event streams back: 4 s, once HTTP has answered", async () => {
    const lab = open({ transports: ["sse", "poll"] });
    lab.http.held = true;
    lab.begin(0, false);
    await lab.pass(3999);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
    await lab.pass(1);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "poll" });
    say(lab, "polled");
    await lab.pass(0);
    expect(lab.runs[0]!.text).toBe("polled");
    await expectWhole(lab);
  });

  it("an event stream that does not begin proves nothing where the whole network stands still", async () => {
    const lab = open({ transports: ["sse", "poll"] });
    lab.begin(0, false);
    await lab.pass(0);
    lab.http.cut(0, false);
    lab.http.weather = "silent";
    await lab.pass(30_000);
    expect(lab.client.connection.transport).toBe("sse");
    lab.http.weather = "up";
    await lab.pass(40_000);
    expect(lab.client.connection).toMatchObject({ state: "open", transport: "sse" });
    await expectWhole(lab);
  });

  it("an answer that says that nothing follows is no sign of a proxy", async () => {
    const lab = open({ transports: ["sse", "poll"] });
    lab.begin(0, false);
    await lab.pass(0);
    lab.server.streams.get("s0")!.end("complete");
    await lab.pass(0);
    const again = lab.client.follow("s0", { offset: lab.runs[0]!.offset });
    await lab.pass(10_000);
    expect(again.state).toBe("complete");
    expect(lab.client.connection.transport).toBe("sse");
    lab.client.close();
  });

  it("a refusal never steps down: the connection fails, and its runs with it", async () => {
    for (const wall of ["refused", "hang", "mute"] as const) {
      const lab = open();
      lab.wall = wall;
      lab.http.weather = "unwelcome";
      lab.begin(0, false);
      await lab.pass(5000);
      expect(lab.client.connection).toMatchObject({ state: "failed", transport: "websocket" });
      await expect(lab.runs[0]!.result).rejects.toMatchObject({ code: "unauthorized" });
      await lab.pass(60_000);
      expect(lab.sockets.all.length, wall).toBeLessThanOrEqual(2);
      lab.client.close();
    }
  });

  it("a step hands every stream over: those under way, those just asked for, those followed, in their places", async () => {
    const lab = await working();
    lab.begin(1, false);
    await lab.pass(0);
    say(lab, "one ");
    await lab.pass(0);
    const { streamId, offset } = lab.runs[0]!;
    lab.read(lab.client.follow(streamId!, { offset }), 2);
    await lab.pass(0);
    lab.wall = "refused";
    lab.live!.socket.cut();
    say(lab, "two ");
    lab.begin(2, false);
    while (lab.client.connection.transport === "websocket") await lab.pass(250);
    await lab.pass(0);
    expect(lab.runs.map(({ text }) => text)).toEqual(["one two ", "one two ", ""]);
    say(lab, "three");
    await lab.pass(5000);
    expect(lab.runs.map(({ text }) => text)).toEqual(["one two three", "one two three", "three"]);
    const followed = lab.readings.at(-2)!;
    await expectWhole(lab);
    const texts = followed.events.map((event) => (event.type === "text-delta" ? event.text : ""));
    expect(texts.join("")).toBe("two three");
  });

  it("law 8: a request whose WebSocket broke before its answer is one run by the next way, too", async () => {
    const lab = open();
    lab.wall = "mute";
    lab.begin(0, false);
    await lab.pass(0);
    // The request arrived, its answer does not.
    lab.live!.frozen = false;
    lab.server.take(lab.live!);
    lab.live!.frozen = true;
    expect(lab.server.begun.get("r0")).toBe(1);
    await lab.pass(4000);
    expect(lab.client.connection.transport).toBe("sse");
    await expectWhole(lab);
  });
});
