import { type Offset, isValidOffset } from "../../protocol/offset.ts";
import type { Append, Appended, StoredEvent } from "../../store.ts";
import { type LoggedEvent, Portion, streamGone } from "../portion.ts";
import { holdsSame, mayRepeat } from "../repetition.ts";
import { batchOf, eventsOf, seqOf } from "./batches.ts";
import { type HeadItem, readHead, streamTtl } from "./head.ts";
import type { Heads } from "./heads.ts";
import { eventsKey, headKey, listOf, listPartition, placeAt } from "./keys.ts";
import { type Item, N, S, type TableClient } from "./table-client.ts";

/** A tail that would pass this is copied into an item of its own: what an append costs is the size of the whole head. */
const TAIL_BYTES = 4 * 1024;

/**
 * The events of streams. An append is one conditional update of the head item, which holds the newest events (its tail); a full
 * tail is copied out once it is committed, so that whoever copies it, however late, writes the same.
 */
export class Log {
  readonly #db: TableClient;
  readonly #heads: Heads;
  readonly #leaseMs: number;

  constructor(db: TableClient, heads: Heads, leaseMs: number) {
    this.#db = db;
    this.#heads = heads;
    this.#leaseMs = leaseMs;
  }

  async append(append: Append): Promise<Appended> {
    const { streamId } = append;
    this.#heads.expire(append.at);
    try {
      const known = this.#heads.known(streamId);
      const stored = (isNext(known, append) && (await this.#move(known, append))) || (await this.#moveFresh(append));
      if (stored === undefined) return await this.#repeated(append);
      return { outcome: "stored", cancel: stored.head.cancelRequested };
    } catch (error) {
      this.#heads.forget(streamId);
      return { outcome: "failed", error: error as Error };
    }
  }

  async read(streamId: string, after: Offset | undefined, maxBytes: number): Promise<readonly StoredEvent[]> {
    const known = this.#heads.known(streamId);
    // What is known here is stored; whether there is more, only the table can say.
    const item = known !== undefined && hasAfter(known, after) ? known : await this.#heads.read(streamId);
    if (item === undefined) throw streamGone(streamId);
    const portion = new Portion(item.head, after, maxBytes);
    if (portion.next < item.tailFrom && !(await this.#addOlder(streamId, item.tailFrom, portion))) {
      return portion.events;
    }
    if (await this.#addBatches(streamId, item.tail, portion)) this.#expectEnd(portion, streamId);
    return portion.events;
  }

  /** All has been added that there is: a hole before the end would be a lie. */
  #expectEnd(portion: Portion, streamId: string): void {
    if (!portion.atEnd) throw streamGone(streamId);
  }

  /** The head was not as it was known, or not known at all. */
  async #moveFresh(append: Append): Promise<HeadItem | undefined> {
    const fresh = await this.#heads.read(append.streamId);
    return isNext(fresh, append) ? this.#move(fresh, append) : undefined;
  }

  /** One update of the head; undefined where it is no longer as it was known. */
  async #move(known: HeadItem, append: Append): Promise<HeadItem | undefined> {
    const { streamId, epoch, seq, at, events, end } = append;
    const { app, scope, retentionMs } = known.head;
    const backstop = { ttl: streamTtl(at, known.head) };
    const batch = await batchOf(this.#db, append, backstop);
    const isFull = known.tail.length > 0 && bytesOf(known.tail) + Buffer.byteLength(batch) > TAIL_BYTES;
    if (isFull) {
      await this.#db.put(eventsKey(streamId, known.head.seq), { tail: lines(known.tail), ...backstop });
    }
    const sets = [
      "seq = :last",
      "leaseUntil = :lease",
      "#ttl = :ttl",
      isFull ? "tail = :batch, tailFrom = :first" : "tail = list_append(tail, :batch)",
      ...(end === undefined ? [] : ["#state = :end, endedAt = :at, gsi1pk = :ended, gsi2sk = :due"]),
    ];
    const item = await this.#db.update(headKey(streamId), `SET ${sets.join(", ")}`, {
      condition: "epoch = :epoch AND seq = :before AND #state = :running",
      names: { "#state": "state", "#ttl": "ttl" },
      values: {
        ":epoch": N(epoch),
        ":before": N(seq - 1),
        ":running": S("running"),
        ":last": N(seq + events.length - 1),
        ":lease": N(at + this.#leaseMs),
        ":ttl": backstop.ttl,
        ":batch": lines([batch]),
        ...(isFull && { ":first": N(seq) }),
        ...(end !== undefined && {
          ":end": S(end),
          ":at": N(at),
          ":ended": S(listPartition(await listOf(app, scope), "ended")),
          // First it is looked whether its viewers were served to the end.
          ":due": S(placeAt(at + Math.min(retentionMs, this.#leaseMs), streamId)),
        }),
      },
    });
    return item && this.#heads.learn(streamId, readHead(item));
  }

  /** The append did not come next: it is the last one again, or another writer's (S3, S5). */
  async #repeated(append: Append): Promise<Appended> {
    const { streamId, epoch, seq } = append;
    const item = await this.#heads.read(streamId);
    if (item === undefined || item.head.gone || !mayRepeat(append, item.head)) return this.#fenced(streamId);
    const after =
      seq === 0 ? undefined : { epoch: seq - 1 < item.head.epochs[epoch - 1]! ? epoch - 1 : epoch, seq: seq - 1 };
    const stored = await this.read(streamId, after, Number.POSITIVE_INFINITY);
    if (!holdsSame(append, stored)) return this.#fenced(streamId);
    return { outcome: "stored", cancel: item.head.cancelRequested };
  }

  #fenced(streamId: string): Appended {
    this.#heads.forget(streamId);
    return { outcome: "fenced" };
  }

  /** False where the portion is full. */
  async #addOlder(streamId: string, tailFrom: number, portion: Portion): Promise<boolean> {
    const [from, to] = [eventsKey(streamId, portion.next), eventsKey(streamId, tailFrom - 1)];
    const pages = this.#db.query({
      keys: "pk = :pk AND sk BETWEEN :from AND :to",
      values: { ":pk": S(from.pk), ":from": S(from.sk), ":to": S(to.sk) },
    });
    for await (const page of pages) {
      for (const item of page) {
        const tail = item["tail"]!.L!.map((batch) => batch.S!);
        if (!(await this.#addBatches(streamId, tail, portion))) return false;
      }
    }
    return true;
  }

  async #addBatches(streamId: string, batches: readonly string[], portion: Portion): Promise<boolean> {
    for (const [index, batch] of batches.entries()) {
      // Those that lie before the place asked need not be read at all.
      const next = batches[index + 1];
      if (next !== undefined && seqOf(next) <= portion.next) continue;
      const events: LoggedEvent[] = await eventsOf(this.#db, streamId, batch);
      if (!portion.addFrom(events, seqOf(batch))) return false;
    }
    return true;
  }
}

function isNext(item: HeadItem | undefined, { epoch, seq }: Append): item is HeadItem {
  return (
    item !== undefined &&
    item.head.state === "running" &&
    item.head.epochs.length === epoch &&
    item.head.seq === seq - 1
  );
}

/** Whether something comes after this place, as far as the head is known. */
function hasAfter({ head }: HeadItem, after: Offset | undefined): boolean {
  return after === undefined || (after.seq < head.seq && isValidOffset(after, head.epochs, head.seq));
}

function lines(batches: readonly string[]): Item[string] {
  return { L: batches.map(S) };
}

function bytesOf(batches: readonly string[]): number {
  return batches.reduce((sum, batch) => sum + Buffer.byteLength(batch), 0);
}
