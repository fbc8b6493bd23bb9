import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { StreamState } from "../../protocol/events.ts";
import type { RosterEntry } from "../../roster.ts";
import type { NewStream, StreamHead } from "../../store.ts";
import { duePartition, placeAt, shardOf } from "./keys.ts";
import { type Item, N, S } from "./table-client.ts";
import { birthOf } from "../birth.ts";

/** A stream's head item: what is known of it, its newest events, and whom its writer is to serve. */
export interface HeadItem {
  readonly head: StreamHead;
  /** Seq of the first event in `tail`; those before it are in items of their own. */
  readonly tailFrom: number;
  /** Batches in their text form (batches.ts). */
  readonly tail: readonly string[];
  readonly followers: readonly RosterEntry[];
  /** Until when the writer's process is sure to serve them, also after the stream's end. */
  readonly servesUntil: number;
  /** Its place among what is due. */
  readonly due: string;
  /** Tells one `open` from the next, and one takeover from the next: of a write whose answer was lost. */
  readonly claim: string;
  readonly term: string | undefined;
}

/** What stays as it was when the stream was made. */

/** How long after its time an item may be removed by the table itself. */
const TTL_MARGIN_S = 86_400;

/** The attribute `ttl` for something that nobody needs after `time`, epoch milliseconds. */
export function ttl(time: number): AttributeValue {
  return N(Math.ceil(time / 1000) + TTL_MARGIN_S);
}

/** The longest that a stream runs, for the sake of the items that outlive a crash. */
const LONGEST_RUN_MS = 3_600_000;

/** How long what was erased is remembered, at most. */
const FORGET_MS = 7 * 86_400_000;

/** `ttl` of what belongs to a stream that was heard of at `time`. */
export function streamTtl(time: number, { retentionMs }: Pick<NewStream, "retentionMs">): AttributeValue {
  return ttl(time + LONGEST_RUN_MS + retentionMs + FORGET_MS);
}

/** What a stream begins with. It survives JSON. */
export interface Opening {
  readonly claim: string;
  readonly stream: NewStream;
  /** Its `start` event, as a batch. */
  readonly first: string;
}

/** The head of a stream that begins, in this partition of lists. */
export function newHead(
  { claim, stream, first }: Opening,
  cancelled: boolean,
  leaseMs: number,
  partition: string,
): Item {
  const { streamId, createdAt } = stream;
  return {
    claim: S(claim),
    ttl: streamTtl(createdAt, stream),
    stream: S(JSON.stringify(birthOf(stream))),
    state: S("running"),
    epoch: N(1),
    epochs: { M: { "1": N(0) } },
    seq: N(0),
    cancel: { BOOL: cancelled },
    gone: { BOOL: false },
    leaseUntil: N(createdAt + leaseMs),
    followers: { M: {} },
    tailFrom: N(0),
    tail: { L: [S(first)] },
    gsi1pk: S(partition),
    gsi1sk: S(placeAt(createdAt, streamId)),
    gsi2pk: S(duePartition(shardOf(streamId))),
    gsi2sk: S(placeAt(createdAt + leaseMs, streamId)),
  };
}

export function readHead(item: Item): HeadItem {
  const fixed = JSON.parse(item["stream"]!.S!) as NewStream;
  const number = (name: string): number => Number(item[name]!.N);
  const epochs = item["epochs"]!.M!;
  const state = item["state"]!.S as StreamState;
  const endedAt = item["endedAt"]?.N;
  return {
    head: {
      ...fixed,
      state,
      ...(endedAt !== undefined && { endedAt: Number(endedAt) }),
      epochs: Array.from({ length: number("epoch") }, (_, index) => Number(epochs[index + 1]!.N)),
      seq: number("seq"),
      cancelRequested: state === "running" && item["cancel"]!.BOOL!,
      gone: item["gone"]!.BOOL!,
      ...(state === "running" && { leaseUntil: number("leaseUntil") }),
    },
    tailFrom: number("tailFrom"),
    tail: item["tail"]!.L!.map((batch) => batch.S!),
    followers: Object.entries(item["followers"]!.M!).map(([connectionId, entry]) => entryOf(connectionId, entry.M!)),
    servesUntil: number("leaseUntil"),
    due: item["gsi2sk"]!.S!,
    claim: item["claim"]!.S!,
    term: item["term"]?.S,
  };
}

export function entryOf(connectionId: string, { visit, offset, repeated }: Item): RosterEntry {
  return {
    connectionId,
    visit: visit!.S!,
    ...(offset !== undefined && { offset: offset.S! }),
    ...(repeated !== undefined && { repeated: true as const }),
  };
}

export function entryItem({ visit, offset, repeated }: RosterEntry): AttributeValue {
  return {
    M: {
      visit: S(visit),
      ...(offset !== undefined && { offset: S(offset) }),
      ...(repeated === true && { repeated: { BOOL: true } }),
    },
  };
}
