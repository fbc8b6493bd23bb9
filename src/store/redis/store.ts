import { SluiceError } from "../../protocol/errors.ts";
import type { Offset } from "../../protocol/offset.ts";
import type {
  Append,
  Appended,
  HeadPage,
  Leases,
  ListQuery,
  NewStream,
  Opened,
  Store,
  StoredEvent,
  StreamHead,
} from "../../store.ts";
import { Due } from "./due.ts";
import { type HeadItem, keepMs, readPairs } from "./head.ts";
import { Heads } from "./heads.ts";
import type { Keys } from "./keys.ts";
import type { Link } from "./link.ts";
import { Lists } from "./lists.ts";
import { Log } from "./log.ts";
import { Requests } from "./requests.ts";
import type { Terms } from "./terms.ts";

/** Streams in Redis, by scripts that touch one hash slot each (docs/decisions/0002). */
export class RedisStore implements Store {
  readonly leases: Leases;
  readonly #link: Link;
  readonly #keys: Keys;
  readonly #terms: Terms;
  readonly #heads: Heads;
  readonly #log: Log;
  readonly #lists: Lists;
  readonly #due: Due;
  readonly #requests: Requests;

  constructor(link: Link, keys: Keys, terms: Terms) {
    const { leaseMs } = terms;
    this.#link = link;
    this.#keys = keys;
    this.#terms = terms;
    this.#heads = new Heads(link, keys, leaseMs);
    this.#log = new Log(link, keys, leaseMs);
    this.#lists = new Lists(link, keys, this.#heads);
    this.#due = new Due(link, keys, this.#heads);
    this.#requests = new Requests(link, keys, this.#heads, this.#lists, this.#due, leaseMs);
    this.leases = {
      ms: leaseMs,
      renew: (streamId, epoch, now) => this.#renew(streamId, epoch, now),
      release: (streamId, epoch, now) => this.#release(streamId, epoch, now),
    };
  }

  async open(stream: NewStream, startJson: string): Promise<Opened> {
    const found =
      stream.requestId === undefined
        ? await this.#requests.openAlone(stream, startJson)
        : await this.#requests.open(stream, startJson);
    if (found === undefined) throw new SluiceError("conflict", "This stream id is taken.");
    return { head: found.item.head, created: found.created, cancelled: found.cancelled };
  }

  /** All go out in one turn, each on its own. */
  async append(appends: readonly Append[]): Promise<readonly Appended[]> {
    const outcomes = await Promise.all(appends.map((append) => this.#log.append(append)));
    for (const [index, { streamId, end }] of appends.entries()) {
      // Where that fails, whoever reads the list does it.
      if (end !== undefined && outcomes[index]!.outcome === "stored") void this.#lists.ended(streamId).catch(() => {});
    }
    return outcomes.map((outcome, index) =>
      outcome.outcome === "fenced" ? (failedBefore(appends, outcomes, index) ?? outcome) : outcome,
    );
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

  list(query: ListQuery): Promise<HeadPage> {
    return this.#lists.page(query);
  }

  async requestCancel(streamId: string): Promise<StreamHead | undefined> {
    const pairs = await this.#link.run("cancel", this.#keys.stream(streamId).head);
    return readPairs(pairs as readonly string[])?.head;
  }

  async rememberCancel(scope: string, requestId: string, until: number): Promise<void> {
    const known = await this.#requests.rememberCancel(scope, requestId, until);
    if (known !== undefined) await this.requestCancel(known.head.streamId);
  }

  takeover(streamId: string, fromEpoch: number, now?: number): Promise<{ epoch: number; seq: number } | undefined> {
    return this.#terms.takeover(streamId, fromEpoch, now);
  }

  /** Also has it looked at again, should what says when have been lost. */
  async #renew(streamId: string, epoch: number, now: number): Promise<{ cancel: boolean } | undefined> {
    const renewed = await this.#terms.renew(streamId, epoch, now);
    if (renewed !== undefined) await this.#due.add(streamId, now + this.#terms.leaseMs, keepMs({ retentionMs: 0 }));
    return renewed;
  }

  async #release(streamId: string, epoch: number, now: number): Promise<void> {
    if (!(await this.#terms.release(streamId, epoch, now))) return;
    await this.#due.add(streamId, now, keepMs({ retentionMs: 0 }));
  }

  async abandoned(now: number): Promise<readonly StreamHead[]> {
    const dead: StreamHead[] = [];
    for await (const items of this.#due.at(now)) {
      const heads = items.map(({ head }) => head);
      dead.push(...heads.filter(({ state, leaseUntil }) => state === "running" && leaseUntil! <= now));
    }
    return dead;
  }

  async erase(streamId: string, forgetAt: number): Promise<void> {
    const { head, log } = this.#keys.stream(streamId);
    const item = readPairs((await this.#link.run("erase", head, log, forgetAt)) as readonly string[]);
    if (item?.head.state === "running") throw new SluiceError("conflict", "A running stream cannot be erased.");
    if (item !== undefined) await this.#clear(item);
  }

  /** What is left of a stream whose events are gone. */
  async #clear(item: HeadItem): Promise<void> {
    await this.#requests.free(item);
    await this.#due.add(item.head.streamId, item.forgetAt!, keepMs(item.head));
  }

  async sweep(now: number, forgetAfterMs: number): Promise<void> {
    for await (const items of this.#due.at(now)) {
      await Promise.all(items.map((item) => this.#sweep(item, now, forgetAfterMs)));
    }
  }

  async #sweep(item: HeadItem, now: number, forgetAfterMs: number): Promise<void> {
    const { streamId, state } = item.head;
    if (state === "running") return;
    if (item.forgetAt === undefined) return this.erase(streamId, now + forgetAfterMs);
    // An erasure that was cut short goes on here.
    await this.#requests.free(item);
    if (item.forgetAt > now) return;
    const { head, log } = this.#keys.stream(streamId);
    await this.#link.run("forget", head, log);
    await this.#due.remove(streamId);
  }

  async check(): Promise<void> {
    await this.#link.ask((redis) => redis.ping());
  }

  async close(): Promise<void> {}
}

/** Behind an append that failed, the next one of its stream is not the next: that is no fence. */
function failedBefore(appends: readonly Append[], outcomes: readonly Appended[], index: number): Appended | undefined {
  const { streamId } = appends[index]!;
  return outcomes.find(
    ({ outcome }, before) => before < index && outcome === "failed" && appends[before]!.streamId === streamId,
  );
}
