import type { Entry } from "./stream.ts";

/** One or more adjacent events of one epoch that travel as one (law 7): a dense range. */
export interface Step extends Entry {
  /** Seq of the first event in it, where that is another than `seq`, the last one's. */
  readonly first?: number;
}

const DELTA_HEAD = '{"type":"text-delta","text":"';
const DELTA_FOOT = '"}';

/** Serialises a text delta in the one form that `mergeSteps` can join without parsing. */
export function deltaJson(text: string): string {
  return JSON.stringify({ type: "text-delta", text });
}

/** Whether a stored event is a text delta. */
export function isDeltaJson(json: string): boolean {
  return json.startsWith(DELTA_HEAD);
}

/** Joins adjacent text deltas, up to about `mergedBytes` of JSON each; all else stays as it is. */
export function mergeSteps(entries: readonly Entry[], mergedBytes: number): Step[] {
  const steps: Step[] = [];
  let run: Entry[] = [];
  let size = 0;
  const flush = (): void => {
    if (run.length > 0) steps.push(joined(run));
    run = [];
    size = 0;
  };
  for (const entry of entries) {
    if (!isDeltaJson(entry.json)) {
      flush();
      steps.push(entry);
      continue;
    }
    if (size + entry.json.length > mergedBytes || run[0]?.epoch !== entry.epoch) flush();
    run.push(entry);
    size += entry.json.length;
  }
  flush();
  return steps;
}

function joined(deltas: readonly Entry[]): Step {
  const first = deltas[0]!;
  if (deltas.length === 1) return first;
  const last = deltas.at(-1)!;
  const text = deltas.map((delta) => delta.json.slice(DELTA_HEAD.length, -DELTA_FOOT.length)).join("");
  return { first: first.seq, epoch: last.epoch, seq: last.seq, at: last.at, json: DELTA_HEAD + text + DELTA_FOOT };
}
