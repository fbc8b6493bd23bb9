import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type FaultProxy, faultProxy } from "../../../src/testing/fault-proxy.ts";
import { checkTokens, numberedText } from "../../../src/testing/numbered-tokens.ts";
import { type SeededRandom, replayable } from "../../../src/testing/seeded-random.ts";
import { type ReadAll, type Reading, byClient, byPoll, bySocket, bySse } from "../cuts-readings.ts";
import type { MakeProof } from "../support/deployment.ts";
import type { Wanted } from "../support/stubborn-readers.ts";

/** `full` tries what `npm run test:cuts` does; by default a slice of it. */
const FULL = process.env["SLUICE_CUTS"] === "full";
const STREAMS = FULL ? 100 : 20;
const CUTS = FULL ? 1000 : 30;
const TOKENS = FULL ? 300 : 200;
/** The slice is bound by its pace: its rows run side by side. */
const SIDE_BY_SIDE = { concurrent: !FULL };
const LIMIT_MS = FULL ? 180_000 : 30_000;

interface Row {
  readonly name: string;
  readonly read: ReadAll;
  /** How many streams share a link. */
  readonly together: number;
  /** At most so many bytes pass between two cuts. */
  readonly bytes: number;
}

const READERS: readonly Row[] = [
  { name: "WebSocket", read: bySocket, together: 5, bytes: 8000 },
  { name: "our client", read: byClient, together: 5, bytes: 8000 },
  { name: "SSE", read: bySse, together: 1, bytes: 8000 },
  { name: "long poll", read: byPoll, together: 1, bytes: 8000 },
];

/** How many streams are read at once, and how often their links are cut at least. */
export interface CutSizes {
  readonly streams: number;
  readonly cuts: number;
  readonly limitMs: number;
  /** Names of the readers; all by default. */
  readonly readers?: readonly string[];
}

/** Whatever the network cuts, every reader's text equals its source (law 3). */
export function describeCuts(
  make: MakeProof,
  sizes: CutSizes = { streams: STREAMS, cuts: CUTS, limitMs: LIMIT_MS },
): void {
  const { streams, cuts, limitMs, readers } = sizes;
  const rows = READERS.filter(({ name }) => readers?.includes(name) ?? true);
  describe(`law 3: ${streams} streams of ${TOKENS} tokens, cut ${cuts} times`, SIDE_BY_SIDE, () => {
    it.each(rows)(
      "$name, token by token: every text equals its source, each event once, one end each",
      (row) => proveWhole(make, row, false, sizes),
      limitMs,
    );

    it.each(rows)(
      "$name, late again and again, so that what it missed comes merged (law 7): the same",
      (row) => proveWhole(make, row, true, sizes),
      limitMs,
    );
  });
}

async function proveWhole(
  make: MakeProof,
  { name, read, together, bytes }: Row,
  merged: boolean,
  { streams, cuts }: CutSizes,
): Promise<void> {
  await replayable(async (random) => {
    await using deployment = await make({ limits: { mergeAbove: merged ? 1 : Infinity } });
    await using proxy = await faultProxy(deployment.port, { random });
    const stop = new AbortController();
    void cutAgainAndAgain(proxy, random, { bytes, cuts }, merged, stop.signal);
    const readings: Reading[] = [];
    // Once is enough, unless the machine is so busy that much travels in few bytes.
    while (readings.length === 0 || proxy.cuts < cuts) {
      const groups = Array.from({ length: streams / together }, () =>
        Array.from({ length: together }, () => wanted(random)),
      );
      const round = await Promise.all(groups.map((group) => read(proxy.url, group, `cuts-${randomUUID()}`)));
      readings.push(...round.flat());
    }
    stop.abort();
    expect(readings.length % streams).toBe(0);
    for (const reading of readings) expectWhole(reading);
    const pieces = readings.reduce((sum, reading) => sum + reading.pieces, 0);
    const tokens = readings.length * TOKENS;
    if (merged) expect(pieces).toBeLessThan(tokens * 0.9);
    else expect(pieces).toBe(tokens);
    if (FULL) report(`${name}, ${merged ? "merged" : "token by token"}`, proxy.cuts, readings.length, pieces);
  })();
}

function wanted(random: SeededRandom): Wanted {
  const pace = { burst: random.integer(1, 4), everyMs: FULL ? random.integer(8, 20) : random.integer(4, 8) };
  return { route: "tokens", requestId: randomUUID(), input: { count: TOKENS, ...pace } };
}

/**
 * One cut inside what a connection sends, again and again, until told to stop; now and then all connections at once.
 * `late`: whoever comes back is held up on the way, and has missed more.
 */
async function cutAgainAndAgain(
  proxy: FaultProxy,
  random: SeededRandom,
  { bytes, cuts }: { readonly bytes: number; readonly cuts: number },
  late: boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && proxy.cuts < cuts) {
    await proxy.cutAfter(random.integer(1, bytes));
    if (random.next() < 0.02) proxy.cut("all");
    if (late) proxy.freeze({ direction: "toServer", forMs: random.integer(5, 40) });
    else if (random.next() < 0.1) proxy.split(random.integer(1, 200), { forMs: 20 });
  }
}

function expectWhole({ text, answer, ends, seq, problems }: Reading): void {
  expect(answer).toBe(numberedText(TOKENS));
  expect(problems).toEqual([]);
  expect(checkTokens(text, TOKENS)).toEqual({ lost: [], doubled: [], reordered: [], foreign: [] });
  expect(text).toBe(numberedText(TOKENS));
  expect(ends).toBe(1);
  // `start`, one event a token, `complete`.
  expect(seq).toBe(TOKENS + 1);
}

function report(name: string, cuts: number, streams: number, pieces: number): void {
  const figures = `${cuts} cuts, ${streams} streams of ${TOKENS} tokens in ${pieces} pieces`;
  process.stdout.write(`${name}: ${figures}; 0 lost, 0 doubled, 0 reordered.\n`);
}
