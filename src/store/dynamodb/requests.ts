import { randomId } from "../../ids.ts";
import type { NewStream } from "../../store.ts";
import { batchOf } from "./batches.ts";
import { type HeadItem, type Opening, newHead, readHead, streamTtl, ttl } from "./head.ts";
import { headKey, listOf, listPartition, requestKey } from "./keys.ts";
import { type Item, type Key, N, S, type TableClient } from "./table-client.ts";

/** What an `open` came to. */
export interface Found {
  readonly item: HeadItem;
  readonly created: boolean;
  readonly cancelled: boolean;
}

/** How often two that want the same request may get in each other's way. */
const MOST_TRIES = 8;

/**
 * Which stream a request has (S8, S9). There are no transactions: the request's item decides, by one conditional update. It holds
 * all that the head begins with, and whoever finds it without a head makes that. So a crash between the two heals by itself, and nobody waits.
 */
export class Requests {
  readonly #db: TableClient;
  readonly #leaseMs: number;

  constructor(db: TableClient, leaseMs: number) {
    this.#db = db;
    this.#leaseMs = leaseMs;
  }

  /** Makes a stream that has no request; undefined where its id is taken. */
  async openAlone(stream: NewStream, startJson: string): Promise<Found | undefined> {
    return this.#make(await this.#openingOf(stream, startJson), false);
  }

  /** Makes the stream, or finds the one that its request has; undefined where its id is taken by another. */
  async open(stream: NewStream, startJson: string): Promise<Found | undefined> {
    const key = await requestKey(stream.scope, stream.requestId!);
    const opening = await this.#openingOf(stream, startJson);
    let former: string | undefined;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const before = await this.#db.update(
        key,
        // What was cancelled before the former stream came is not told again.
        `SET streamId = :id, opening = :opening, claim = :claim, #ttl = :ttl${former === undefined ? "" : " REMOVE cancelUntil"}`,
        {
          condition: former === undefined ? "attribute_not_exists(claim)" : "claim = :former",
          names: { "#ttl": "ttl" },
          values: {
            ":id": S(stream.streamId),
            ":opening": S(JSON.stringify(opening)),
            ":claim": S(opening.claim),
            ":ttl": streamTtl(stream.createdAt, stream),
            ...(former !== undefined && { ":former": S(former) }),
          },
        },
        true,
      );
      if (before !== undefined) {
        return this.#makeFor(opening, former === undefined && isCancelled(before, stream));
      }
      const request = await this.#db.get(key);
      // The answer to an earlier try of this very update was lost.
      if (request?.["claim"]?.S === opening.claim) return this.#makeFor(opening, isCancelled(request, stream));
      former = undefined;
      if (request?.["claim"] === undefined) continue;
      const item = await this.#complete(request);
      if (item !== undefined) return { item, created: false, cancelled: false };
      // Its stream is gone, and its request id free again (S10).
      former = request["claim"].S;
    }
    throw new Error("A request is asked for again and again at the same time.");
  }

  /** The stream of a request that is known and not gone. */
  async find(scope: string, requestId: string): Promise<HeadItem | undefined> {
    const request = await this.#db.get(await requestKey(scope, requestId));
    return request?.["claim"] === undefined ? undefined : this.#complete(request);
  }

  /** Remembers a cancel; gives the stream instead where the request has come meanwhile. */
  async rememberCancel(scope: string, requestId: string, until: number): Promise<HeadItem | undefined> {
    const key = await requestKey(scope, requestId);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const taken = await this.#db.update(key, "SET cancelUntil = :until, #ttl = :ttl", {
        condition: "attribute_not_exists(claim)",
        names: { "#ttl": "ttl" },
        values: { ":until": N(until), ":ttl": ttl(until) },
      });
      if (taken !== undefined) return undefined;
      const request = await this.#db.get(key);
      if (request?.["claim"] === undefined) continue;
      const known = await this.#complete(request);
      if (known !== undefined) return known;
      await this.#free(key, request["claim"].S!);
    }
    throw new Error("A request is cancelled and asked for again and again at the same time.");
  }

  /** The stream is gone: its request id is free again. */
  async free({ head: { scope, requestId }, claim }: HeadItem): Promise<void> {
    if (requestId !== undefined) await this.#free(await requestKey(scope, requestId), claim);
  }

  async #free(key: Key, claim: string): Promise<void> {
    await this.#db.delete(key, { condition: "claim = :claim", values: { ":claim": S(claim) } });
  }

  /** Makes the stream of a request that was claimed here; where its id is taken, the request, and its cancel, wait again. */
  async #makeFor(opening: Opening, cancelled: boolean): Promise<Found | undefined> {
    const made = await this.#make(opening, cancelled);
    if (made !== undefined) return made;
    const { scope, requestId } = opening.stream;
    await this.#db.update(await requestKey(scope, requestId!), "REMOVE streamId, opening, claim", {
      condition: "claim = :claim",
      values: { ":claim": S(opening.claim) },
    });
    return undefined;
  }

  async #make(opening: Opening, cancelled: boolean): Promise<Found | undefined> {
    const item = await this.#putHead(opening, cancelled);
    return item.claim === opening.claim ? { item, created: true, cancelled } : undefined;
  }

  /** The stream that this item names, made where it is missing; undefined where it is gone, or its id was taken. */
  async #complete(request: Item): Promise<HeadItem | undefined> {
    const opening = JSON.parse(request["opening"]!.S!) as Opening;
    const { claim, stream } = opening;
    const there = await this.#db.get(headKey(stream.streamId));
    const item = there === undefined ? await this.#putHead(opening, isCancelled(request, stream)) : readHead(there);
    return item.claim === claim && !item.head.gone ? item : undefined;
  }

  async #openingOf(stream: NewStream, startJson: string): Promise<Opening> {
    const { streamId, createdAt } = stream;
    const first = { streamId, epoch: 1, seq: 0, at: createdAt, events: [startJson] };
    const backstop = { ttl: streamTtl(createdAt, stream) };
    return { claim: randomId(), stream, first: await batchOf(this.#db, first, backstop) };
  }

  /** The head as it stands now, whoever made it. */
  async #putHead(opening: Opening, cancelled: boolean): Promise<HeadItem> {
    const { app, scope, streamId } = opening.stream;
    const partition = listPartition(await listOf(app, scope), "running");
    const item = newHead(opening, cancelled, this.#leaseMs, partition);
    const key = headKey(streamId);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (await this.#db.put(key, item, { condition: "attribute_not_exists(pk)" })) return readHead(item);
      const there = await this.#db.get(key);
      if (there !== undefined) return readHead(there);
    }
    throw new Error("A stream is made and forgotten again and again.");
  }
}

function isCancelled(request: Item, { createdAt }: NewStream): boolean {
  return Number(request["cancelUntil"]?.N ?? 0) > createdAt;
}
