import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import { replayable } from "../../../src/testing/seeded-random.ts";
import type { Deployment, MakeProofProcess, ProcessControl } from "../support/deployment.ts";
import { type WireFrame, disorder, placeOf, textOf } from "../support/frames.ts";
import { EventStream, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";

const RUNS = 12;
/** So that frames can be compared one by one: no catching up in bigger steps. */
const UNMERGED = { limits: { mergeAbove: 1_000_000 } };

/** What was shown survives the process (laws 1 and 5). */
export function describeCrash(make: MakeProofProcess): void {
  describe("SIGKILL in the midst of 12 runs", () => {
    it(
      "laws 1 and 5: all that was shown is stored, every run ends as interrupted in a new epoch, what had ended is intact",
      replayable(async (random) => {
        await using deployment = await make(UNMERGED);
        const known = new Map<string, WireFrame[]>();
        const [streamId] = await begin(deployment, 1, { count: 50 });
        known.set(streamId!, await replay(deployment, streamId!));
        for (const _round of [1, 2]) {
          const runs = await begin(deployment, RUNS, { count: 600, everyMs: 5 });
          const shown = await watchUntilKilled(deployment, runs, random.integer(0, 700));
          await deployment.restart();
          for (const [index, id] of runs.entries()) {
            const stored = await replay(deployment, id);
            expectInterrupted(stored);
            for (const frames of shown[index]!) await expectShown(deployment, frames, stored);
            const state = await request(`${deployment.url}/proof/streams/${id}`);
            expect(state.body).toMatchObject({ state: "error", error: { code: "interrupted" }, text: textOf(stored) });
            known.set(id, stored);
          }
        }
        for (const [id, frames] of known) expect(await replay(deployment, id)).toEqual(frames);
        expect(textOf(known.get(streamId!)!)).toBe(numberedText(50));
      }),
      60_000,
    );
  });
}

/** Starts runs that nobody follows yet; gives their streams' ids. */
async function begin(deployment: Deployment, runs: number, input: object): Promise<string[]> {
  await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
  for (let run = 0; run < runs; run += 1) client.send({ action: "tokens", ...input, requestId: randomUUID() });
  const starts = await client.log.when(() => {
    const found = client.frames.filter(({ type }) => type === "start");
    return found.length === runs ? found : undefined;
  }, "the starts");
  return starts.map(({ streamId: id }) => id!);
}

/** Follows each stream on two WebSockets and an event stream, kills the server after `ms`; gives what each viewer was shown. */
async function watchUntilKilled(
  deployment: Deployment & ProcessControl,
  runs: readonly string[],
  ms: number,
): Promise<WireFrame[][][]> {
  await using first = await SocketClient.open(`${deployment.wsUrl}/proof`);
  await using second = await SocketClient.open(`${deployment.wsUrl}/proof`);
  for (const streamId of runs) for (const client of [first, second]) client.send({ action: "resume", streamId });
  const events = await Promise.all(runs.map((id) => EventStream.open(`${deployment.url}/proof/streams/${id}`)));
  for (const [index, id] of runs.entries()) {
    const chunk = ({ type, streamId }: WireFrame): boolean => type === "stream_chunk" && streamId === id;
    await Promise.all([first, second, events[index]!].map(({ log }) => log.first(chunk)));
  }
  await pause(ms);
  await deployment.kill();
  await Promise.all([first.closed, second.closed, ...events.map(({ ended }) => ended)]);
  return runs.map((id, index) =>
    [first, second, events[index]!].map(({ frames }) => frames.filter(({ streamId }) => streamId === id)),
  );
}

/** The frames of a stream after this offset. */
async function replay(deployment: Deployment, streamId: string, offset = ""): Promise<WireFrame[]> {
  await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
  client.send({ action: "resume", streamId, offset });
  return await client.log.whole(streamId);
}

function expectInterrupted(frames: readonly WireFrame[]): void {
  const last = frames.at(-1)!;
  expect(last).toMatchObject({ type: "error", code: "interrupted" });
  expect(disorder(frames)).toEqual([]);
  expect(frames.slice(0, -1).map(placeOf)).toEqual(frames.slice(0, -1).map((_, seq) => ({ epoch: 1, seq })));
  expect(placeOf(last)).toEqual({ epoch: 2, seq: frames.length - 1 });
  expect(textOf(frames)).toBe(numberedText(frames.length - 2));
}

/** What a viewer saw is the beginning of what is stored, frame by frame, and a resume brings exactly the rest. */
async function expectShown(deployment: Deployment, shown: WireFrame[], stored: readonly WireFrame[]): Promise<void> {
  expect(shown).toEqual(stored.slice(0, shown.length));
  const last = shown.at(-1)!;
  expect(await replay(deployment, last.streamId!, last.offset)).toEqual(stored.slice(shown.length));
}
