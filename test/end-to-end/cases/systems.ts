import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, type Run, createClient } from "sluice/client";
import type { Event } from "sluice/protocol";
import { type FaultProxy, faultProxy } from "../../../src/testing/fault-proxy.ts";
import { type SeededRandom, replayable } from "../../../src/testing/seeded-random.ts";
import type { Deployment, ProcessControl } from "../support/deployment.ts";
import { type WireFrame, disorder, isLast, placeOf } from "../support/frames.ts";
import { EventStream, posted, request } from "../support/http-client.ts";
import { SYSTEMS, type SystemUnderTest } from "../support/systems.ts";
import { type Command, itUnless } from "../support/whole-app.ts";

/** So that an answer takes a second or two, and its tools are called in its middle. */
const PACE = "150,30";
const MAX_REQUESTS = 200;
/** From one cut to the next. */
const MOST_BYTES = 1500;

/** What the command serves, whatever becomes of the network, the request and the process. */
export function describeSystems({ line, start, cannot, cuts, writers }: Command): void {
  describe(`under fire, as \`${line}\` serves them`, () => {
    let deployment: Deployment & ProcessControl;
    beforeAll(async () => {
      deployment = await start({ SLUICE_OFFLINE_PACE: PACE });
    });
    afterAll(() => deployment[Symbol.asyncDispose]());

    describe.each(SYSTEMS)("$app", (system) => {
      it(
        "laws 3 and 4: our client, cut again and again, has every event once, and the text that is stored",
        replayable(async (random) => {
          await using proxy = await faultProxy(deployment.port, { random });
          await using client = clientOf(system, proxy.url);
          const stop = new AbortController();
          void cutAgainAndAgain(proxy, random, cuts, stop.signal);
          let run: Run;
          let events: Event[];
          // Where an answer travels in a few bytes, none of them may have been cut.
          do {
            run = client.begin();
            events = await eventsOf(run);
          } while (proxy.cuts === 0);
          stop.abort();
          await expectWhole(system, deployment, run, events, client.stats);
        }),
        60_000,
      );

      it(
        "laws 3 and 8: SSE, cut again and again, resumes by Last-Event-ID, and gives each frame once",
        replayable(async (random) => {
          await using proxy = await faultProxy(deployment.port, { random });
          const stop = new AbortController();
          void cutAgainAndAgain(proxy, random, cuts, stop.signal);
          let requestId: string;
          let frames: WireFrame[];
          do {
            requestId = randomUUID();
            frames = await framesBySse(system, proxy.url, requestId);
          } while (proxy.cuts === 0);
          stop.abort();
          expect(disorder(frames)).toEqual([]);
          expect(new Set(frames.map(({ streamId }) => streamId)).size).toBe(1);
          expect(Math.max(...frames.map((frame) => placeOf(frame).epoch))).toBe(writers);
          const again = await framesBySse(system, deployment.url, requestId);
          // What is read at once comes merged.
          expect(shownBy(frames)).toBe(shownBy(again));
          expect(shownBy(frames)).not.toBe("");
          expect(frames.at(-1)).toEqual(again.at(-1));
        }),
        60_000,
      );

      it("law 7: a reader that the network held up has the whole answer", async () => {
        await using proxy = await faultProxy(deployment.port);
        await using client = clientOf(system, proxy.url);
        const run = client.begin();
        const reading = read(system, run);
        await reading.middle;
        proxy.freeze({ direction: "toClient", forMs: 500 });
        const events = await reading.whole;
        await expectWhole(system, deployment, run, events, client.stats);
      });

      it("law 6: a cancel in the middle keeps what was said, is every viewer's last event, and the next request works", async () => {
        await using client = clientOf(system, deployment.url);
        await using viewer = clientOf(system, deployment.url);
        const run = client.begin();
        const reading = read(system, run);
        const watched = eventsOf(viewer.follow(await run.started));
        await reading.middle;
        await run.cancel();
        const [events, seen] = await Promise.all([reading.whole, watched]);
        // Whoever comes late gets the text in larger pieces.
        const others = (list: readonly Event[]): Event[] => list.filter(({ type }) => type !== "text-delta");
        expect([textOf(seen), others(seen)]).toEqual([textOf(events), others(events)]);
        expect(events.at(-1)).toMatchObject({ type: "cancelled", partialLength: textOf(events).length });
        const state = await request(`${deployment.url}/${system.app}/streams/${run.streamId}`);
        expect(state.body).toMatchObject({ state: "cancelled", text: textOf(events) });
        const next = client.begin();
        await expectWhole(system, deployment, next, await eventsOf(next), client.stats);
      });

      itUnless(cannot["survive SIGKILL"])(
        "laws 1 and 5: killed in the middle, it ends as interrupted at the next start with what was shown, or goes on from there; the next request works",
        async () => {
          await using client = clientOf(system, deployment.url);
          const run = client.begin();
          const reading = read(system, run);
          await reading.middle;
          await deployment.kill();
          await deployment.restart();
          const shown = await reading.whole;
          const state = await request(`${deployment.url}/${system.app}/streams/${run.streamId}`);
          expect(state.body["text"]).toBe(textOf(shown));
          expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
          const next = client.begin();
          const events = await eventsOf(next);
          await expectWhole(system, deployment, next, events, client.stats);
          if (system.goesOn === true) {
            expect(shown.at(-1)).toMatchObject({ type: "complete", text: textOf(events) });
            expect(run.offset).toMatch(/^2-/);
          } else {
            expect(shown.at(-1)).toMatchObject({ type: "error", code: "interrupted" });
            expect(state.body).toMatchObject({ state: "error", error: { code: "interrupted" } });
          }
        },
        30_000,
      );
    });
  });
}

/** One cut inside what a connection sends, again and again, `cuts` times at most. */
async function cutAgainAndAgain(
  proxy: FaultProxy,
  random: SeededRandom,
  cuts: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && proxy.cuts < cuts) await proxy.cutAfter(random.integer(1, MOST_BYTES));
}

interface SystemClient extends AsyncDisposable {
  readonly stats: Client["stats"];
  begin(): Run;
  follow(streamId: string): Run;
}

function clientOf({ app, route, input }: SystemUnderTest, url: string): SystemClient {
  const client = createClient({ url: `${url}/${app}`, random: () => 0.05 });
  return {
    stats: client.stats,
    begin: () => client.run(route, input),
    follow: (streamId) => client.follow(streamId),
    async [Symbol.asyncDispose]() {
      client.close();
    },
  };
}

async function eventsOf(run: Run): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of run) events.push(event);
  return events;
}

function textOf(events: readonly Event[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

/** What one iterator of a run gives. */
interface Reading {
  /** Its answer has begun; where the system has a tool, the tool has been called. */
  readonly middle: Promise<void>;
  readonly whole: Promise<Event[]>;
}

function read({ tool }: SystemUnderTest, run: Run): Reading {
  const { promise: middle, resolve, reject } = Promise.withResolvers<void>();
  const inTheMiddle = (event: Event): boolean =>
    tool === undefined ? event.type === "text-delta" : event.type === "tool-call" && event.name === tool;
  const whole = (async () => {
    const events: Event[] = [];
    for await (const event of run) {
      events.push(event);
      if (inTheMiddle(event)) resolve();
    }
    reject(new Error("It ended before its middle."));
    return events;
  })();
  whole.catch(reject);
  middle.catch(() => {});
  return { middle, whole };
}

/** What came is what the server has stored, with one end and no gap. */
async function expectWhole(
  { app, tool }: SystemUnderTest,
  { url }: Deployment,
  run: Run,
  events: readonly Event[],
  stats: Client["stats"],
): Promise<void> {
  const last = events.at(-1)!;
  if (last.type !== "complete") throw new Error(`It ended with ${JSON.stringify(last)}.`);
  expect(last.text).toBe(textOf(events));
  expect(last.text).not.toBe("");
  const calls = events.flatMap((event) => (event.type === "tool-call" ? [event.name] : []));
  if (tool !== undefined) expect(calls).toContain(tool);
  expect(stats).toMatchObject({ gaps: 0, duplicates: 0 });
  const state = await request(`${url}/${app}/streams/${run.streamId}`);
  expect(state.body).toMatchObject({ state: "complete", text: last.text, offset: run.offset });
}

/** The types of the frames that carry a fragment of the text. */
const FRAGMENTS = new Set(["stream_chunk", "chunk", "delta", "text"]);

function shownBy(frames: readonly WireFrame[]): string {
  const fragments = frames.filter(({ type }) => FRAGMENTS.has(String(type)));
  return fragments.map(({ content, data }) => content ?? (data as { content: string }).content).join("");
}

/** The frames in the app's own dialect, whatever is cut. */
async function framesBySse(
  { app, route, input }: SystemUnderTest,
  url: string,
  requestId: string,
): Promise<WireFrame[]> {
  const session = `?session=${requestId}`;
  const frames: WireFrame[] = [];
  for (let attempt = 0; !frames.some(isLast); attempt += 1) {
    if (attempt > MAX_REQUESTS) throw new Error(`Still no end after ${attempt} requests.`);
    const last = frames.at(-1);
    const asking =
      last === undefined
        ? EventStream.open(`${url}/${app}/${route}${session}`, posted({ ...input, requestId }))
        : EventStream.open(`${url}/${app}/streams/${last.streamId}${session}`, {
            headers: { "Last-Event-ID": last.offset! },
          });
    const stream = await asking.catch(() => undefined);
    if (stream === undefined) continue;
    if (stream.status !== 200) throw new Error(`Answered with ${stream.status}: ${JSON.stringify(last)}`);
    await stream.ended;
    frames.push(...stream.frames);
  }
  return frames;
}
