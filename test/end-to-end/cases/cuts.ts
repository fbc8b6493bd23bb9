import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type CuttingProxy, cuttingProxy } from "../../../src/testing/cutting-proxy.ts";
import { checkTokens, numberedText } from "../../../src/testing/numbered-tokens.ts";
import { type SeededRandom, replayable } from "../../../src/testing/seeded-random.ts";
import type { MakeProof } from "../support/deployment.ts";
import { type WireFrame, disorder, isLast, placeOf, textOf } from "../support/frames.ts";
import { type Reader, type Wanted, readByPoll, readBySocket, readBySse } from "../support/stubborn-readers.ts";

const STREAMS = 50;
const TOKENS = 300;
const CUTS = 200;

/** How many streams share a link, and about how many bytes pass between two cuts. */
const READERS: readonly (readonly [name: string, reader: Reader, together: number, bytes: number])[] = [
  ["WebSocket", readBySocket, 5, 8000],
  ["SSE", readBySse, 1, 8000],
  ["long poll", readByPoll, 1, 8000],
];

/** Whatever the network cuts, every reader's text equals its source (law 3). */
export function describeCuts(make: MakeProof): void {
  describe(`law 3: ${STREAMS} streams of ${TOKENS} tokens, cut ${CUTS} times`, () => {
    it.each(READERS)(
      "%s: every text equals its source, no offset twice, one end each",
      async (_name, reader, together, bytes) => {
        await replayable(async (random) => {
          await using deployment = await make();
          await using proxy = await cuttingProxy(deployment.port, { random });
          const stop = new AbortController();
          void cutAgainAndAgain(proxy, random, bytes, stop.signal);
          const streams: WireFrame[][] = [];
          // Once is enough, unless the machine is so busy that much travels in few bytes.
          while (streams.length === 0 || proxy.cuts < CUTS) {
            const groups = Array.from({ length: STREAMS / together }, () =>
              Array.from({ length: together }, () => wanted(random)),
            );
            const read = await Promise.all(groups.map((group) => reader(proxy.url, group, `cuts-${randomUUID()}`)));
            streams.push(...read.flat());
          }
          stop.abort();
          expect(streams.length % STREAMS).toBe(0);
          for (const frames of streams) expectWhole(frames);
        })();
      },
      60_000,
    );
  });
}

function wanted(random: SeededRandom): Wanted {
  const pace = { burst: random.integer(1, 4), everyMs: random.integer(8, 20) };
  return { route: "tokens", requestId: randomUUID(), input: { count: TOKENS, ...pace } };
}

/** One cut inside what a connection sends, again and again, until told to stop; now and then all connections at once. */
async function cutAgainAndAgain(
  proxy: CuttingProxy,
  random: SeededRandom,
  bytes: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && proxy.cuts < CUTS) {
    await proxy.cutAfter(random.integer(1, bytes));
    if (random.next() < 0.02) proxy.cut("all");
  }
}

function expectWhole(frames: readonly WireFrame[]): void {
  expect(new Set(frames.map(({ streamId }) => streamId)).size).toBe(1);
  expect(disorder(frames)).toEqual([]);
  expect(checkTokens(textOf(frames), TOKENS)).toEqual({ lost: [], doubled: [], reordered: [], foreign: [] });
  expect(textOf(frames)).toBe(numberedText(TOKENS));
  const last = frames.filter(isLast);
  expect(last).toHaveLength(1);
  expect(last[0]).toMatchObject({ type: "stream_complete", fullContent: numberedText(TOKENS) });
  // `start`, one event a token, `complete`.
  expect(placeOf(last[0]!)).toEqual({ epoch: 1, seq: TOKENS + 1 });
}
