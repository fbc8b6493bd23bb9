import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Event } from "../../src/protocol/events.ts";
import { settled } from "../../src/testing/fake-clock.ts";
import { HAPPENINGS, type Step, happen } from "./client-happenings.ts";
import { ClientLab } from "./client-lab.ts";
import { campaign } from "./replay.ts";

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ happens: fc.constantFrom(...HAPPENINGS), which: fc.nat(2), size: fc.integer({ min: 1, max: 9 }) }),
  { minLength: 5, maxLength: 70, size: "max" },
);

describe("the client, whatever the network and the server do", () => {
  it("laws 3, 5, 6 and 8: every event once and in order, one end, one run a request, nothing left behind", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(0.05, 0.5, 1), async (schedule, jitter) => {
        const lab = new ClientLab(jitter);
        lab.begin(0, false);
        for (const step of schedule) {
          await happen(lab, step);
          await settled();
        }
        await expectCancelsToArrive(lab);
        // A request that waited long for its turn begins its stream meanwhile: hence twice.
        for (let round = 0; round < 2; round += 1) {
          for (const stream of lab.server.streams.values()) stream.end("complete");
          await lab.heal(40);
        }
        await expectLaws(lab);
      }),
      campaign(1000),
    );
  });

  it("law 5: closed at any moment, it leaves no timer, no socket and no reader behind", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (schedule) => {
        const lab = new ClientLab(0.5);
        lab.begin(0, false);
        for (const step of schedule) {
          await happen(lab, step);
          await settled();
        }
        await expectNothingLeft(lab);
        for (const { run, end } of lab.readings) {
          await end;
          expect(["complete", "error", "cancelled"]).toContain(run.state);
        }
      }),
      campaign(1000),
    );
  });
});

/** Law 6: a cancel that was asked for reaches the server, by whatever way there is. */
async function expectCancelsToArrive(lab: ClientLab): Promise<void> {
  lab.live?.socket.cut();
  await lab.heal(60);
  for (const run of lab.cancelled) {
    const stream = lab.server.streams.get(run.streamId ?? "");
    if (stream !== undefined) expect(stream.state, `${run.requestId} is cancelled`).not.toBe("running");
  }
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
  await expectNothingLeft(lab);
}

async function expectNothingLeft({ client, clock, sockets, cancels }: ClientLab): Promise<void> {
  client.close();
  await Promise.all(cancels);
  await settled();
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
