import type { StreamRow } from "sluice/operations";

/** What is known of one stream: the server's row, and what only shows over time. */
export interface StreamLine {
  readonly row: StreamRow;
  /** Over the last 5 s while it runs, over the whole answer once it has ended. */
  readonly tokensPerSecond: number;
  readonly samples: readonly TokenSample[];
}

interface TokenSample {
  readonly at: number;
  readonly tokens: number;
}

/** Every listed stream by its id. */
export type StreamLines = ReadonlyMap<string, StreamLine>;

const WINDOW_MS = 5000;

/** Takes what changed; a line that did not change stays the same object. */
export function foldStreams(lines: StreamLines, set: readonly StreamRow[], gone: readonly string[]): StreamLines {
  if (set.length === 0 && gone.length === 0) return lines;
  const next = new Map(lines);
  for (const row of set) {
    const samples = lines.get(row.streamId)?.samples ?? [];
    next.set(row.streamId, { row, tokensPerSecond: rateOf(row, samples), samples });
  }
  for (const streamId of gone) next.delete(streamId);
  return next;
}

/** Notes how far each running stream has come at `at`; the same map where no rate changed. */
export function sampleRates(lines: StreamLines, at: number): StreamLines {
  const next = new Map<string, StreamLine>();
  let changed = false;
  for (const [id, line] of lines) {
    const sampled = line.row.state === "running" ? sampledLine(line, at) : line;
    changed ||= sampled !== line;
    next.set(id, sampled);
  }
  return changed ? next : lines;
}

function sampledLine(line: StreamLine, at: number): StreamLine {
  const { row } = line;
  const kept = line.samples.filter((sample) => at - sample.at <= WINDOW_MS);
  const still = line.tokensPerSecond === 0 && kept.every(({ tokens }) => tokens === row.tokens);
  // A stream that stands still is told once, not every second.
  if (still && line.samples.length > 1) return line;
  const samples = [...kept, { at, tokens: row.tokens }];
  return { row, samples, tokensPerSecond: rateOf(row, samples) };
}

function rateOf(row: StreamRow, samples: readonly TokenSample[]): number {
  if (row.endedAt !== undefined) {
    const writing = row.endedAt - row.createdAt - (row.firstTokenMs ?? 0);
    return row.tokens > 1 && writing > 0 ? (row.tokens * 1000) / writing : 0;
  }
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || first === last) return 0;
  return ((last.tokens - first.tokens) * 1000) / (last.at - first.at);
}
