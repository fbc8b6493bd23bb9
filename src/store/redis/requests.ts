import { randomId } from "../../ids.ts";
import type { NewStream } from "../../store.ts";
import type { Due } from "./due.ts";
import { type HeadItem, type Opening, keepMs } from "./head.ts";
import type { Heads } from "./heads.ts";
import type { Keys } from "./keys.ts";
import type { Link } from "./link.ts";
import { type Lists, placeOf } from "./lists.ts";

/** What an `open` came to. */
export interface Found {
  readonly item: HeadItem;
  readonly created: boolean;
  readonly cancelled: boolean;
}

/** Whose a request is: its stream's claim, what that begins with, and whether it was cancelled before it came. */
type Claimed = readonly [claim: string, opening: string, cancelled: string | null];

/** How often two that want the same request may get in each other's way. */
const MOST_TRIES = 8;

/** An early cancel goes by itself after that: the contract gives no time to reckon from, and its own are seconds. */
const EARLY_KEEP_MS = 3_600_000;

/**
 * Which stream a request has (S8, S9). A request and its stream stand on different nodes of a cluster, and there is no transaction over
 * both: one script claims the request and keeps there all that the stream begins with, and whoever finds it without a stream makes that.
 * So a crash between the two heals by itself, and nobody waits.
 */
export class Requests {
  readonly #link: Link;
  readonly #keys: Keys;
  readonly #heads: Heads;
  readonly #lists: Lists;
  readonly #due: Due;
  readonly #leaseMs: number;

  constructor(link: Link, keys: Keys, heads: Heads, lists: Lists, due: Due, leaseMs: number) {
    this.#link = link;
    this.#keys = keys;
    this.#heads = heads;
    this.#lists = lists;
    this.#due = due;
    this.#leaseMs = leaseMs;
  }

  /** Makes a stream that has no request; undefined where its id is taken. */
  async openAlone(stream: NewStream, startJson: string): Promise<Found | undefined> {
    const opening = { claim: randomId(), stream, startJson };
    await this.#lists.add(stream);
    return this.#makeOwn(opening, false);
  }

  /** Makes the stream, or finds the one that its request has; undefined where its id is taken by another. */
  async open(stream: NewStream, startJson: string): Promise<Found | undefined> {
    const scope = await this.#keys.scope(stream.scope);
    const { all, running } = scope.lists(stream.app);
    const opening: Opening = { claim: randomId(), stream, startJson };
    let former = "";
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const keys = [scope.request(stream.requestId!), all, running];
      const args = [opening.claim, former, JSON.stringify(opening), stream.createdAt, keepMs(stream), placeOf(stream)];
      const [won, ...rest] = (await this.#link.run("claim", ...keys, ...args)) as [0 | 1, ...unknown[]];
      if (won === 1) return this.#makeOwn(opening, rest[0] === 1);
      const item = await this.#complete(rest as unknown as Claimed);
      if (item !== undefined) return { item, created: false, cancelled: false };
      // Its stream is gone, and its request id free again (S10).
      former = rest[0] as string;
    }
    throw new Error("A request is asked for again and again at the same time.");
  }

  /** The stream of a request that is known and not gone. */
  async find(scope: string, requestId: string): Promise<HeadItem | undefined> {
    const key = (await this.#keys.scope(scope)).request(requestId);
    const [claim, opening, cancelled] = await this.#link.ask((redis) =>
      redis.hmget(key, "claim", "opening", "cancelled"),
    );
    return typeof claim === "string" ? this.#complete([claim, opening!, cancelled ?? null]) : undefined;
  }

  /** Remembers a cancel; gives the stream instead where the request has come meanwhile. */
  async rememberCancel(scope: string, requestId: string, until: number): Promise<HeadItem | undefined> {
    const key = (await this.#keys.scope(scope)).request(requestId);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const claimed = (await this.#link.run("remember", key, until, EARLY_KEEP_MS)) as Claimed | null;
      if (claimed === null) return undefined;
      const item = await this.#complete(claimed);
      if (item !== undefined) return item;
      await this.#link.run("unclaim", key, claimed[0]);
    }
    throw new Error("A request is cancelled and asked for again and again at the same time.");
  }

  /** The stream is gone: its request id is free again, and it is in no list. */
  async free({ head, claim }: HeadItem): Promise<void> {
    const scope = await this.#keys.scope(head.scope);
    const { all, running } = scope.lists(head.app);
    await this.#link.run("free", scope.request(head.requestId ?? ""), all, running, claim, placeOf(head));
  }

  /** Makes the stream of this very `open`; where its id is taken, its request, and its cancel, wait again. */
  async #makeOwn(opening: Opening, cancelled: boolean): Promise<Found | undefined> {
    const { claim, stream } = opening;
    const item = await this.#make(opening, cancelled);
    if (item.claim === claim) return { item, created: true, cancelled };
    if (stream.requestId !== undefined) {
      await this.#link.run("unclaim", (await this.#keys.scope(stream.scope)).request(stream.requestId), claim);
    }
    const { app, scope } = item.head;
    const isItsPlace = app === stream.app && scope === stream.scope && placeOf(item.head) === placeOf(stream);
    if (!isItsPlace) await this.#lists.remove(stream);
    return undefined;
  }

  /** The stream that a request has, made where it is missing; undefined where it is gone, or its id was taken. */
  async #complete([claim, opening, cancelled]: Claimed): Promise<HeadItem | undefined> {
    const known = JSON.parse(opening) as Opening;
    const item = (await this.#heads.read(known.stream.streamId)) ?? (await this.#make(known, cancelled !== null));
    return item.claim === claim && !item.head.gone ? item : undefined;
  }

  /** It stands among what is due before it is made: what runs is always looked after. */
  async #make(opening: Opening, cancelled: boolean): Promise<HeadItem> {
    const { streamId, createdAt, retentionMs } = opening.stream;
    const first = createdAt + Math.min(this.#leaseMs, retentionMs);
    await this.#due.add(streamId, first, keepMs(opening.stream));
    return this.#heads.make(opening, cancelled);
  }
}
