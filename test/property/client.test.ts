import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "../../src/protocol/events.ts";
import { settled } from "../../src/testing/fake-clock.ts";
import { HAPPENINGS, HONEST, type Step, happen } from "./client-happenings.ts";
import { ClientLab, type Place } from "./client-lab.ts";
import { campaign } from "./replay.ts";

function schedules(happenings: readonly string[]): fc.Arbitrary<Step[]> {
  const step = { happens: fc.constantFrom(...happenings), which: fc.nat(3), size: fc.integer({ min: 1, max: 9 }) };
  return fc.array(fc.record(step), { minLength: 5, maxLength: 90, size: "max" });
}

const ALL: Place["transports"] = ["websocket", "sse", "poll"];
const LESSER: Place["transports"][] = [["websocket"], ["websocket", "poll"], ["sse", "poll"], ["sse"], ["poll"]];
const places: fc.Arbitrary<Place> = fc.record({
  jitter: fc.constantFrom(0.05, 0.5, 1),
  transports: fc.constantFrom(ALL, ALL, ALL, ...LESSER),
  storage: fc.constantFrom("none", "throws", "knows"),
});

describe("the client, whatever the network and the server do", () => {
  it("laws 3, 5, 6 and 8: every event once and in order, one end, one run a request, nothing left behind", async () => {
    await fc.assert(
      fc.asyncProperty(schedules(HAPPENINGS), places, async (schedule, place) => {
        const lab = await played(schedule, place);
        await expectCancelsToArrive(lab);
        await untilOver(lab);
        await expectLaws(lab);
        await expectRest(lab);
        await expectNothingLeft(lab);
      }),
      campaign(1000),
    );
  }, 300_000);

  it("law 3: while the server is honest, no frame is ever out of turn and none comes twice, whatever breaks", async () => {
    await fc.assert(
      fc.asyncProperty(schedules(HONEST), places, async (schedule, place) => {
        const lab = await played(schedule, place);
        await untilOver(lab);
        expect(lab.client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
        await expectLaws(lab);
      }),
      campaign(300),
    );
  }, 300_000);

  it("law 5: closed at any moment, it leaves no timer, no socket, no call and no reader behind", async () => {
    await fc.assert(
      fc.asyncProperty(schedules(HAPPENINGS), places, async (schedule, place) => {
        const lab = await played(schedule, place);
        await expectNothingLeft(lab);
        for (const { run, end } of lab.readings) {
          await end;
          expect(["complete", "error", "cancelled"]).toContain(run.state);
        }
      }),
      campaign(500),
    );
  }, 300_000);
});

/** A lab in which all this has happened. */
async function played(schedule: readonly Step[], place: Place): Promise<ClientLab> {
  const lab = new ClientLab(place);
  lab.begin(0, false);
  for (const step of schedule) {
    await happen(lab, step);
    await settled();
    expectOneWay(lab);
  }
  return lab;
}

/** Every model has come to its end. A request that waited long for its turn begins its stream meanwhile. */
async function untilOver(lab: ClientLab): Promise<void> {
  await lab.heal(() => {
    for (const stream of lab.server.streams.values()) stream.end("complete");
    return lab.readings.every(({ over }) => over);
  });
}

/** Streams come by one way at a time, and viewers are told how it stands. */
function expectOneWay({ client, http, sockets, runs }: ClientLab): void {
  const { state, transport } = client.connection;
  const open = state === "open";
  if (!open || transport === "websocket")
    expect(http.followed, `follows over HTTP while ${transport} is ${state}`).toBe(false);
  expect(sockets.all.filter(({ released }) => !released).length, "open sockets").toBeLessThanOrEqual(1);
  expect(http.pipes.length, "event streams").toBeLessThanOrEqual(2);
  if (!open)
    expect(
      runs.map((run) => run.state),
      `runs while the connection is ${state}`,
    ).not.toContain("streaming");
}

/** Law 6: a cancel that was asked for reaches the server, by whatever way there is. */
async function expectCancelsToArrive(lab: ClientLab): Promise<void> {
  const running = (): unknown[] =>
    [...lab.cancelled].filter(({ streamId = "" }) => lab.server.streams.get(streamId)?.state === "running");
  await lab.heal(() => lab.cancelled.size === 0 || lab.readings.every(({ over }) => over));
  expect(running(), "runs that go on though they were cancelled").toEqual([]);
}

async function expectLaws(lab: ClientLab): Promise<void> {
  const { server, readings } = lab;
  for (const reading of readings) {
    const { run, events, from } = reading;
    const stream = server.streams.get(run.streamId ?? "");
    expect(["complete", "error", "cancelled"], `state of ${run.requestId}`).toContain(run.state);
    const thrown = await reading.end;
    if (stream === undefined) {
      expect([run.state, plain(events)]).toEqual(["cancelled", [["cancelled", 0]]]);
    } else if (stream.gone) {
      expect(plain(stream.events.slice(from)).flat().join()).toContain(plain(events).flat().join());
      expect([undefined, "stream_gone"]).toContain((thrown as { code?: string } | undefined)?.code);
    } else {
      expect(thrown).toBeUndefined();
      expect(plain(events)).toEqual(plain(stream.events.slice(from)));
      expect(run.state).toBe(stream.state);
      if (from === 0) expect(run.text).toBe(stream.text);
    }
  }
  for (const [requestId, count] of server.begun) {
    // A request that comes again once its stream was erased is a new one.
    const erased = [...server.streams.values()].filter((stream) => stream.gone && stream.requestId === requestId);
    expect(count, `runs of ${requestId}`).toBeLessThanOrEqual(1 + erased.length);
  }
  for (const bodies of server.bodies.values()) expect(bodies.size).toBe(1);
}

/** With nothing to follow, nothing is asked for but whether the connection lives. */
async function expectRest({ client, clock, http }: ClientLab): Promise<void> {
  await clock.advance(60_000);
  expect(
    http.open.filter((what) => what !== "GET /streams?state=running"),
    "calls",
  ).toEqual([]);
  expect(clock.pending, `timers of a connection that is ${client.connection.state}`).toBeLessThanOrEqual(3);
}

async function expectNothingLeft(lab: ClientLab): Promise<void> {
  const { client, clock, http, sockets, cancels } = lab;
  client.close();
  await Promise.all(cancels);
  await settled();
  expect(lab.heeds, "a listener of the page's").toBe(false);
  expect(http.open, "calls").toEqual([]);
  expect(clock.pending, "timers").toBe(0);
  expect(
    sockets.all.filter(({ released }) => !released),
    "open sockets",
  ).toEqual([]);
}

/** Events by type and text, adjacent text deltas as one: how they were cut means nothing. */
function plain(events: readonly Event[]): [string, string | number][] {
  const list: [string, string | number][] = [];
  for (const event of events) {
    const text = event.type === "cancelled" ? event.partialLength : "text" in event ? event.text : "";
    const before = list.at(-1);
    if (event.type === "text-delta" && before?.[0] === "text-delta") before[1] = `${before[1]}${text}`;
    else list.push([event.type, text]);
  }
  return list;
}
