import { type Cursor, byNewest, pageOf, parseCursor } from "../../cursor.ts";
import { randomId } from "../../ids.ts";
import { SluiceError } from "../../protocol/errors.ts";
import type { Offset } from "../../protocol/offset.ts";
import type {
  Append,
  Appended,
  HeadPage,
  ListQuery,
  NewStream,
  Opened,
  Store,
  StoredEvent,
  StreamHead,
} from "../../store.ts";
import { Due } from "./due.ts";
import { type HeadItem, readHead, ttl } from "./head.ts";
import type { Heads } from "./heads.ts";
import { headKey, listOf, listPartition, placeAt } from "./keys.ts";
import { Log } from "./log.ts";
import { Requests } from "./requests.ts";
import { N, S, type TableClient } from "./table-client.ts";

/** Streams in one table of DynamoDB, by conditional writes of single items (docs/decisions/0002). */
export class DynamoStore implements Store {
  readonly #db: TableClient;
  readonly #heads: Heads;
  readonly #log: Log;
  readonly #requests: Requests;
  readonly #due: Due;
  readonly #leaseMs: number;

  constructor(db: TableClient, heads: Heads, leaseMs: number) {
    this.#db = db;
    this.#heads = heads;
    this.#log = new Log(db, heads, leaseMs);
    this.#requests = new Requests(db, leaseMs);
    this.#due = new Due(db);
    this.#leaseMs = leaseMs;
  }

  async open(stream: NewStream, startJson: string): Promise<Opened> {
    const found =
      stream.requestId === undefined
        ? await this.#requests.openAlone(stream, startJson)
        : await this.#requests.open(stream, startJson);
    if (found === undefined) throw new SluiceError("conflict", "This stream id is taken.");
    return { head: found.item.head, created: found.created, cancelled: found.cancelled };
  }

  /** Those of one stream come one after another, none after one that failed; those of different ones at the same time. */
  append(appends: readonly Append[]): Promise<readonly Appended[]> {
    const last = new Map<string, Promise<Appended>>();
    const outcomes = appends.map((append) => {
      const former = last.get(append.streamId) ?? Promise.resolve(undefined);
      const outcome = former.then((before) => (before?.outcome === "failed" ? before : this.#log.append(append)));
      last.set(append.streamId, outcome);
      return outcome;
    });
    return Promise.all(outcomes);
  }

  read(streamId: string, after: Offset | undefined, maxBytes: number): Promise<readonly StoredEvent[]> {
    return this.#log.read(streamId, after, maxBytes);
  }

  async head(streamId: string): Promise<StreamHead | undefined> {
    return (await this.#heads.read(streamId))?.head;
  }

  async find(scope: string, requestId: string): Promise<StreamHead | undefined> {
    return (await this.#requests.find(scope, requestId))?.head;
  }

  async list({ app, scope, state, cursor, limit }: ListQuery): Promise<HeadPage> {
    const from = cursor === undefined ? undefined : parseCursor(cursor);
    const list = await listOf(app, scope);
    const place = from && placeAt(from.createdAt, from.id);
    const found = new Map<string, StreamHead>();
    // One after the other: a stream that ends meanwhile goes from the first to the second, and stands in one of them, or in both.
    for (const each of state === undefined ? (["running", "ended"] as const) : [state]) {
      const heads = await this.#listed(listPartition(list, each), place, limit + 1, state);
      for (const head of heads) found.set(head.streamId, head);
    }
    const ordered = [...found.values()].toSorted((left, right) => byNewest(placeOf(left), placeOf(right)));
    const { items, ...next } = pageOf(ordered.slice(0, limit + 1), limit, placeOf);
    return { heads: items, ...next };
  }

  /** The heads in one partition of lists, at least `wanted` where there are so many, as the table itself has them. */
  async #listed(
    partition: string,
    place: string | undefined,
    wanted: number,
    state: ListQuery["state"],
  ): Promise<StreamHead[]> {
    const found: StreamHead[] = [];
    for await (const items of this.#db.list(partition, place, wanted)) {
      const heads = items.map((item) => readHead(item).head).filter((head) => !head.gone);
      found.push(
        ...heads.filter((head) => state === undefined || (head.state === "running") === (state === "running")),
      );
      if (found.length >= wanted) break;
    }
    return found;
  }

  async requestCancel(streamId: string): Promise<StreamHead | undefined> {
    const item = await this.#db.update(headKey(streamId), "SET cancel = :cancel", {
      condition: "#state = :running",
      names: { "#state": "state" },
      values: { ":cancel": { BOOL: true }, ":running": S("running") },
    });
    return item === undefined ? this.head(streamId) : readHead(item).head;
  }

  async rememberCancel(scope: string, requestId: string, until: number): Promise<void> {
    const known = await this.#requests.rememberCancel(scope, requestId, until);
    if (known !== undefined) await this.requestCancel(known.head.streamId);
  }

  async takeover(
    streamId: string,
    fromEpoch: number,
    now?: number,
  ): Promise<{ epoch: number; seq: number } | undefined> {
    const term = randomId();
    const lease = now === undefined ? "" : ", leaseUntil = :lease";
    const taken = await this.#db.update(
      headKey(streamId),
      `SET epoch = :next, epochs.#next = seq + :one, term = :term${lease}`,
      {
        condition: "epoch = :from AND #state = :running",
        names: { "#state": "state", "#next": String(fromEpoch + 1) },
        values: {
          ":from": N(fromEpoch),
          ":next": N(fromEpoch + 1),
          ":one": N(1),
          ":term": S(term),
          ...(now !== undefined && { ":lease": N(now + this.#leaseMs) }),
          ":running": S("running"),
        },
      },
    );
    const item = taken === undefined ? await this.#heads.read(streamId) : readHead(taken);
    // Refused, unless it is this very takeover that stands there, the answer to an earlier try of it having been lost.
    if (item?.term !== term) return undefined;
    const { head } = this.#heads.learn(streamId, item);
    return { epoch: fromEpoch + 1, seq: head.seq + 1 };
  }

  async abandoned(now: number): Promise<readonly StreamHead[]> {
    this.#heads.expire(now);
    const dead: StreamHead[] = [];
    for await (const { head } of this.#due.at(now)) {
      if (head.state !== "running") continue;
      if (head.leaseUntil! <= now) dead.push(head);
      else await this.#due.move(head, head.leaseUntil!);
    }
    return dead;
  }

  async erase(streamId: string, forgetAt: number): Promise<void> {
    const item = await this.#heads.read(streamId);
    if (item?.head.state === "running") throw new SluiceError("conflict", "A running stream cannot be erased.");
    if (item !== undefined && !item.head.gone) await this.#erase(item, forgetAt);
  }

  async #erase(item: HeadItem, forgetAt: number): Promise<void> {
    const { streamId } = item.head;
    const key = headKey(streamId);
    await this.#db.update(
      key,
      "SET gone = :gone, tail = :empty, followers = :nobody, gsi2sk = :due, #ttl = :ttl REMOVE gsi1pk, gsi1sk",
      {
        condition: "#state <> :running AND gone = :kept",
        names: { "#ttl": "ttl", "#state": "state" },
        values: {
          ":running": S("running"),
          ":kept": { BOOL: false },
          ":gone": { BOOL: true },
          ":empty": { L: [] },
          ":nobody": { M: {} },
          ":due": S(placeAt(forgetAt, streamId)),
          ":ttl": ttl(forgetAt),
        },
      },
    );
    await this.#removeParts(streamId);
    await this.#requests.free(item);
  }

  /** Removes all items of a stream but its head. */
  async #removeParts(streamId: string): Promise<void> {
    const { pk, sk } = headKey(streamId);
    const parts = this.#db.query({ keys: "pk = :pk AND sk < :head", values: { ":pk": S(pk), ":head": S(sk) } });
    for await (const page of parts) {
      await Promise.all(page.map((part) => this.#db.delete({ pk, sk: part["sk"]!.S! })));
    }
  }

  /** What an erasure left behind that was cut short, or came late, goes with the head. */
  async #forget(item: HeadItem): Promise<void> {
    const { streamId } = item.head;
    await this.#removeParts(streamId);
    await this.#requests.free(item);
    await this.#db.delete(headKey(streamId), { condition: "gone = :gone", values: { ":gone": { BOOL: true } } });
  }

  async sweep(now: number, forgetAfterMs: number): Promise<void> {
    this.#heads.expire(now);
    for await (const item of this.#due.at(now)) {
      const { head } = item;
      if (head.state === "running") continue;
      // What is gone is due when it may be forgotten.
      if (head.gone) await this.#forget(item);
      else if (head.endedAt! + head.retentionMs <= now) await this.#erase(item, now + forgetAfterMs);
      else await this.#due.move(head, nextLook(item, now));
    }
  }

  async check(): Promise<void> {
    await this.#db.get({ pk: "check", sk: "check" });
  }

  async close(): Promise<void> {}
}

/** When an ended stream is to be looked at again: until its viewers were let go every lease, then at the end of its retention. */
function nextLook({ head, followers, servesUntil }: HeadItem, now: number): number {
  const over = head.endedAt! + head.retentionMs;
  return followers.length === 0 ? over : Math.min(over, Math.max(servesUntil, now + 1));
}

function placeOf({ createdAt, streamId }: StreamHead): Cursor {
  return { createdAt, id: streamId };
}
