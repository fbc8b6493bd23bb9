import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Client, createClient } from "sluice/client";
import type { BedrockEmulator, Call } from "sluice/emulator/bedrock";
import type { Event } from "sluice/protocol";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import { disorder, isLast, placeOf, textOf } from "../support/frames.ts";
import { EventStream } from "../support/http-client.ts";
import { lonelyProcess, nodeProcesses } from "../support/node-processes.ts";
import { promptFor } from "../support/surviving-app.ts";

const RUNS = 50;
const TOKENS = 150;
const EVERY_MS = 20;
const MIDDLE = numberedText(TOKENS / 3).length;
/** For fifty answers, a lease and as much again, also where the machine is busy. */
const LIMIT_MS = 45_000;

interface Viewing {
  readonly label: string;
  readonly streamId: Promise<string>;
  /** Its text has come to a third. */
  readonly middle: Promise<void>;
  readonly whole: Promise<readonly Event[]>;
}

/** Starts a run with our client and reads it to its end. */
function view(client: Client, route: string, label: string): Viewing {
  const run = client.run(route, { prompt: promptFor(label, TOKENS, EVERY_MS) });
  const started = Promise.withResolvers<string>();
  const middle = Promise.withResolvers<void>();
  const read = async (): Promise<Event[]> => {
    const events: Event[] = [];
    let length = 0;
    for await (const event of run) {
      events.push(event);
      started.resolve(run.streamId!);
      if (event.type === "text-delta") length += event.text.length;
      if (length >= MIDDLE) middle.resolve();
    }
    return events;
  };
  return { label, streamId: started.promise, middle: middle.promise, whole: read() };
}

function textIn(events: readonly Event[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

/** The model's calls for a run, oldest first. */
function callsFor({ calls }: BedrockEmulator, label: string): readonly Call[] {
  return calls.filter(({ body }) => JSON.stringify(body).includes(`; ${label}"`));
}

/** What the model was told that it had said before. */
function saidBefore({ body }: Call): string | undefined {
  const messages = body["messages"] as unknown as readonly { role: string; content: readonly { text: string }[] }[];
  return messages.find(({ role }) => role === "assistant")?.content[0]!.text;
}

/** One model call before the crash and one after it, which went on behind a beginning of the text. */
function expectOneContinuation(model: BedrockEmulator, label: string): void {
  const calls = callsFor(model, label);
  expect([label, calls.length]).toEqual([label, 2]);
  expect(saidBefore(calls[0]!)).toBeUndefined();
  const said = saidBefore(calls[1]!)!;
  expect(said.length).toBeGreaterThan(0);
  expect(numberedText(TOKENS).startsWith(said)).toBe(true);
}

function clientAt(url: string): Client {
  return createClient({ url: `${url}/surviving`, session: randomUUID(), random: () => 0.05 });
}

/** Runs on the first of two nodes, each with an event stream on the second, which dies in their middle. */
async function killedInTheMiddle(route: string) {
  const all = await nodeProcesses(2);
  const [first, second] = all.nodes;
  // The first connection through the door goes to the first node, and ours is one.
  const client = clientAt(all.door.url);
  const viewings = Array.from({ length: RUNS }, (_, index) => view(client, route, `run ${index}`));
  const ids = await Promise.all(viewings.map(({ streamId }) => streamId));
  const streams = await Promise.all(
    ids.map((streamId) => EventStream.open(`${second!.url}/surviving/streams/${streamId}`)),
  );
  await Promise.all([
    ...viewings.map(({ middle }) => middle),
    ...streams.map(({ log }) => log.first(({ type }) => type === "stream_chunk")),
  ]);
  await first!.kill();
  return { ...all, client, viewings, streams };
}

describe("SIGKILL of a node in the midst of 50 runs, on Redis", () => {
  it(
    "laws 3 and 5: those that may go on do so on the other node, each by one more call; every viewer reads on, the text whole",
    async () => {
      await using all = await killedInTheMiddle("lasting");
      const { client, model, viewings, streams } = all;
      for (const [index, { label, whole }] of viewings.entries()) {
        const events = await whole;
        expect([label, events.at(-1)]).toMatchObject([label, { type: "complete", text: numberedText(TOKENS) }]);
        expect(textIn(events)).toBe(numberedText(TOKENS));
        const { log, ended } = streams[index]!;
        expect(await ended).toBe(true);
        expect(disorder(log.frames)).toEqual([]);
        expect(textOf(log.frames)).toBe(numberedText(TOKENS));
        expect(log.frames.filter(isLast)).toHaveLength(1);
        expect(log.frames.at(-1)).toMatchObject({ type: "stream_complete", fullContent: numberedText(TOKENS) });
        expect(placeOf(log.frames.at(-1)!).epoch).toBe(2);
        expectOneContinuation(model, label);
      }
      expect(model.calls).toHaveLength(2 * RUNS);
      expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
      client.close();
    },
    LIMIT_MS,
  );

  it(
    "laws 1 and 5: those that may not are ended as interrupted by the other node, with all that was shown",
    async () => {
      await using all = await killedInTheMiddle("frail");
      const { client, model, viewings, streams } = all;
      for (const [index, { whole }] of viewings.entries()) {
        const events = await whole;
        expect(events.at(-1)).toMatchObject({ type: "error", code: "interrupted" });
        const { log, ended } = streams[index]!;
        expect(await ended).toBe(true);
        expect(disorder(log.frames)).toEqual([]);
        expect(log.frames.at(-1)).toMatchObject({ type: "error", code: "interrupted" });
        expect(placeOf(log.frames.at(-1)!).epoch).toBe(2);
        expect(textOf(log.frames)).toBe(textIn(events));
        expect(numberedText(TOKENS).startsWith(textIn(events))).toBe(true);
        expect(textIn(events).length).toBeGreaterThanOrEqual(MIDDLE);
      }
      expect(model.calls).toHaveLength(RUNS);
      expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
      client.close();
    },
    LIMIT_MS,
  );
});

describe("SIGKILL of the only process, on SQLite", () => {
  it(
    "law 5: at its next start it goes on with the runs that may, by one call each, and ends the others as interrupted",
    async () => {
      await using node = await lonelyProcess();
      const client = clientAt(node.url);
      const lasting = Array.from({ length: 5 }, (_, index) => view(client, "lasting", `lasting ${index}`));
      const frail = Array.from({ length: 5 }, (_, index) => view(client, "frail", `frail ${index}`));
      await Promise.all([...lasting, ...frail].map(({ middle }) => middle));
      await node.kill();
      await node.restart();
      for (const { label, whole } of lasting) {
        const events = await whole;
        expect([label, events.at(-1)]).toMatchObject([label, { type: "complete", text: numberedText(TOKENS) }]);
        expect(textIn(events)).toBe(numberedText(TOKENS));
        expectOneContinuation(node.model, label);
      }
      for (const { label, whole } of frail) {
        const events = await whole;
        expect([label, events.at(-1)]).toMatchObject([label, { type: "error", code: "interrupted" }]);
        expect(numberedText(TOKENS).startsWith(textIn(events))).toBe(true);
        expect(callsFor(node.model, label)).toHaveLength(1);
      }
      expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
      client.close();
    },
    LIMIT_MS,
  );
});
