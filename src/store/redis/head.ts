import { defaultLimits } from "../../limits.ts";
import type { StreamState } from "../../protocol/events.ts";
import type { NewStream, StreamHead } from "../../store.ts";
import { birthOf } from "../birth.ts";

/** A stream's head, and what only this store needs to know of it. */
export interface HeadItem {
  readonly head: StreamHead;
  /** Tells one `open` from the next. */
  readonly claim: string;
  /** Set where the stream is gone. */
  readonly forgetAt: number | undefined;
}

/** What a stream begins with. It survives JSON. */
export interface Opening {
  readonly claim: string;
  readonly stream: NewStream;
  readonly startJson: string;
}

const DAY_MS = 86_400_000;

/** How long, by the clock of Redis, what belongs to such a stream may outlive the last sign of it, where nobody sweeps. */
export function keepMs({ retentionMs }: Pick<NewStream, "retentionMs">): number {
  return Math.ceil(retentionMs) + defaultLimits.forgetMs + DAY_MS;
}

/** The fields of the head of a stream that begins. */
export function newFields({ stream }: Opening, cancelled: boolean, leaseMs: number): readonly string[] {
  const fields = {
    stream: JSON.stringify(birthOf(stream)),
    state: "running",
    epoch: "1",
    epochs: "0",
    seq: "0",
    lease: String(stream.createdAt + leaseMs),
    ...(cancelled && { cancel: "1" }),
  };
  return Object.entries(fields).flat();
}

/** The head of a stream that has just begun. */
export function newHead({ stream }: Opening, cancelled: boolean, leaseMs: number): StreamHead {
  return {
    ...birthOf(stream),
    state: "running",
    epochs: [0],
    seq: 0,
    cancelRequested: cancelled,
    gone: false,
    leaseUntil: stream.createdAt + leaseMs,
  };
}

/** Reads what HGETALL gave to a script: names and values in turn; undefined where there is no head. */
export function readPairs(pairs: readonly string[]): HeadItem | undefined {
  const fields: Record<string, string> = {};
  for (let index = 0; index < pairs.length; index += 2) fields[pairs[index]!] = pairs[index + 1]!;
  return readFields(fields);
}

/** Reads what HGETALL gave; undefined where there is no head. */
export function readFields(fields: Readonly<Record<string, string>>): HeadItem | undefined {
  const { stream, state, epochs, seq, cancel, gone, endedAt, lease, claim, forgetAt } = fields;
  if (stream === undefined) return undefined;
  const running = state === "running";
  return {
    head: {
      ...(JSON.parse(stream) as NewStream),
      state: state as StreamState,
      ...(endedAt !== undefined && { endedAt: Number(endedAt) }),
      epochs: epochs!.split(",").map(Number),
      seq: Number(seq),
      cancelRequested: running && cancel !== undefined,
      gone: gone !== undefined,
      ...(running && { leaseUntil: Number(lease) }),
    },
    claim: claim!,
    forgetAt: forgetAt === undefined ? undefined : Number(forgetAt),
  };
}
