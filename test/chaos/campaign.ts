import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { type SeededRandom, seededRandom } from "../../src/testing/seeded-random.ts";
import { Cluster } from "./cluster.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { type Reading, type Stored, type Wanted, judge } from "./reading.ts";
import { VIEWS } from "./viewers.ts";

export interface CampaignOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly nodes: number;
  /** Answers that go on at once, and viewers of each. */
  readonly runs: number;
  readonly viewers: number;
  readonly faultEveryMs: number;
  readonly leaseMs: number;
  readonly graceMs: number;
  /** Hears of each fault as it strikes. */
  readonly watch?: (line: string) => void;
}

export interface Outcome {
  /** Answers that every viewer saw to the end, by how they ended. */
  readonly ends: Readonly<Record<string, number>>;
  /** How often each fault struck. */
  readonly faults: Readonly<Record<string, number>>;
  /** Whole answers that had more than one writer. */
  readonly takenOver: number;
  readonly tokens: number;
  /** How often viewers came back. */
  readonly returns: number;
  /** What was wrong: none of it may be. */
  readonly problems: readonly string[];
}

/** How long a canceller waits for its receipt, and a reader of the state for an answer. */
const CANCEL_MS = 20_000;
const STATE_MS = 5000;

/** How long after the last fault everything must have ended. */
const AFTERMATH_MS = 90_000;

/** Lets faults rain on a cluster while answers are written and read, and says what became of each answer. */
export async function chaos(options: CampaignOptions): Promise<Outcome> {
  const random = seededRandom(options.seed);
  await using cluster = await Cluster.start({ ...options, random: seededRandom(random.integer(0, 2 ** 31)) });
  const tally = new Tally();
  const over = new AbortController();
  const late = new AbortController();
  const slots = Array.from({ length: options.runs }, () => fill(cluster, options, tally, over.signal, late.signal));
  const struck = rain(cluster, options, random, tally, over.signal);
  await pause(options.durationMs);
  over.abort();
  await struck;
  const giveUp = setTimeout(() => late.abort(new Error("not ended in time")), AFTERMATH_MS);
  await Promise.all(slots);
  clearTimeout(giveUp);
  if (tally.problems.length > 0) for (const { log } of cluster.nodes) options.watch?.(log);
  return tally;
}

/** What became of the answers so far. */
class Tally implements Outcome {
  readonly ends: Record<string, number> = {};
  readonly faults: Record<string, number> = {};
  readonly problems: string[] = [];
  takenOver = 0;
  tokens = 0;
  returns = 0;

  struck({ name }: Fault): void {
    this.faults[name] = (this.faults[name] ?? 0) + 1;
  }

  read(wanted: Wanted, readings: readonly Reading[], stored: Stored, cancelled: string | undefined): void {
    for (const problem of judge(wanted, readings, stored, cancelled)) {
      this.problems.push(`${wanted.route} ${readings[0]!.streamId}: ${problem}`);
    }
    const { end, offset, text } = readings[0]!;
    const ended = `${wanted.route}: ${end}`;
    this.ends[ended] = (this.ends[ended] ?? 0) + 1;
    if (end === "complete" && !offset.startsWith("1-")) this.takenOver += 1;
    this.tokens += text.match(/\|/g)?.length ?? 0;
    for (const { returns } of readings) this.returns += returns;
  }
}

/** One answer after another, each with its viewers, until it is over. */
async function fill(
  cluster: Cluster,
  { viewers }: CampaignOptions,
  tally: Tally,
  over: AbortSignal,
  late: AbortSignal,
): Promise<void> {
  const { random } = cluster;
  while (!over.aborted) {
    const wanted: Wanted = {
      route: random.pick(["ends", "goes", "goes"]),
      session: randomUUID(),
      requestId: randomUUID(),
      input: { count: random.integer(20, 300), everyMs: random.integer(15, 60) },
    };
    const cancel = random.next() < 0.1 ? cancelLater(cluster, wanted) : undefined;
    try {
      const views = Array.from({ length: viewers }, () => random.pick(VIEWS)(cluster, wanted, late));
      const readings = await Promise.all(views);
      tally.read(wanted, readings, await storedState(cluster, readings[0]!, late), await cancel);
    } catch (thrown) {
      tally.problems.push(`${wanted.route} of ${wanted.requestId}: ${String(thrown)}`);
    }
  }
}

/**
 * From another node, on a connection of its own. Gives the state that the canceller was told in the end; undefined where it was told
 * nothing, since something broke.
 */
async function cancelLater(cluster: Cluster, { session, requestId, input }: Wanted): Promise<string | undefined> {
  await pause(cluster.random.integer(0, input.count * input.everyMs));
  const ws = new WebSocket(`${cluster.pick().replace("http", "ws")}/app?session=${session}`);
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  ws.on("error", () => {});
  ws.on("close", () => resolve(undefined));
  ws.on("message", (data: Buffer) => {
    const { type, state } = JSON.parse(data.toString("utf8")) as { type: string; state?: string };
    resolve(type === "ended" ? state : undefined);
  });
  ws.on("open", () => ws.send(JSON.stringify({ action: "cancel", requestId })));
  const told = await Promise.race([promise, pause(CANCEL_MS, undefined)]);
  ws.terminate();
  return told;
}

/** What the store has of it, as any node tells it. */
async function storedState(cluster: Cluster, { streamId }: Reading, late: AbortSignal): Promise<Stored> {
  for (;;) {
    const signal = AbortSignal.any([late, AbortSignal.timeout(STATE_MS)]);
    const stored = await fetch(`${cluster.pick()}/app/streams/${streamId}`, { signal })
      .then(async (answer) => (answer.status === 200 ? ((await answer.json()) as Stored) : undefined))
      .catch(() => undefined);
    if (stored !== undefined) return stored;
    late.throwIfAborted();
    await pause(cluster.random.integer(50, 200));
  }
}

/** One fault after another, whether the last one is over or not; waits for all at the end. */
async function rain(
  cluster: Cluster,
  { faultEveryMs, watch }: CampaignOptions,
  random: SeededRandom,
  tally: Tally,
  over: AbortSignal,
): Promise<void> {
  const striking = new Set<Promise<void>>();
  while (!over.aborted) {
    await pause(faultEveryMs, undefined, { signal: over }).catch(() => {});
    if (over.aborted) break;
    const fault = random.pick(FAULTS);
    const strike = fault.strike(cluster, random)?.finally(() => striking.delete(strike!));
    if (strike === undefined) continue;
    striking.add(strike);
    tally.struck(fault);
    watch?.(fault.name);
  }
  await Promise.all(striking);
}
