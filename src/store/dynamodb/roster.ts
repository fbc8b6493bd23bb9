import type { Clock } from "../../clock.ts";
import { SluiceError } from "../../protocol/errors.ts";
import type { StreamHead } from "../../store.ts";
import { Due } from "./due.ts";
import type { Roster, RosterEntry, RosterNews } from "../../roster.ts";
import { type HeadItem, entryItem, entryOf, readHead } from "./head.ts";
import type { Heads } from "./heads.ts";
import { headKey } from "./keys.ts";
import { N, S, type TableClient } from "./table-client.ts";

/** Whom one writer serves at most: they all stand in the one head item. */
const MOST_ENTRIES = 200;

/** Whom to serve, kept in the streams' head items: every answer to an append names them. */
export class DynamoRoster implements Roster {
  readonly #db: TableClient;
  readonly #heads: Heads;
  readonly #due: Due;
  readonly #leaseMs: number;
  readonly #clock: Clock;

  constructor(db: TableClient, heads: Heads, leaseMs: number, clock: Clock) {
    this.#db = db;
    this.#heads = heads;
    this.#due = new Due(db);
    this.#leaseMs = leaseMs;
    this.#clock = clock;
  }

  async enter(streamId: string, entry: RosterEntry): Promise<boolean> {
    const item = await this.#db.update(headKey(streamId), "SET followers.#id = :entry", {
      condition:
        "(#state = :running AND (attribute_exists(followers.#id) OR size(followers) < :most)) OR " +
        "(attribute_exists(followers.#id) AND leaseUntil > :now)",
      names: { "#id": entry.connectionId, "#state": "state" },
      values: {
        ":entry": entryItem(entry),
        ":running": S("running"),
        ":most": N(MOST_ENTRIES),
        ":now": N(this.#clock.now()),
      },
    });
    if (item !== undefined) return true;
    const now = await this.#heads.read(streamId);
    if (now?.head.state !== "running") {
      // Its server was not heard of since: nobody is to believe that the connection is served.
      const left = now?.followers.find(({ connectionId }) => connectionId === entry.connectionId);
      if (left !== undefined) await this.leave(streamId, left);
      return false;
    }
    throw new SluiceError("rate_limited", "Too many follow this stream at once.");
  }

  async leave(
    streamId: string,
    { connectionId, visit }: Pick<RosterEntry, "connectionId" | "visit">,
  ): Promise<boolean> {
    const item = await this.#db.update(headKey(streamId), "REMOVE followers.#id", {
      condition: "followers.#id.visit = :visit",
      names: { "#id": connectionId },
      values: { ":visit": S(visit) },
    });
    return item !== undefined;
  }

  async entry(streamId: string, connectionId: string): Promise<RosterEntry | undefined> {
    const item = await this.#db.get(headKey(streamId));
    const found = item?.["followers"]!.M![connectionId];
    return found && entryOf(connectionId, found.M!);
  }

  attend(streamId: string, heard: (entries: readonly RosterEntry[]) => void): () => void {
    return this.#heads.listen(streamId, ({ followers }) => heard(followers));
  }

  async look(streamId: string, epoch: number, now: number): Promise<RosterNews | undefined> {
    const until = this.#heads.known(streamId)?.servesUntil ?? 0;
    const item =
      until - now < this.#leaseMs / 2 ? await this.#renew(streamId, epoch, now) : await this.#heads.read(streamId);
    if (item === undefined || item.head.gone || item.head.epochs.length !== epoch) {
      this.#heads.forget(streamId);
      return undefined;
    }
    if (this.#heads.known(streamId) === undefined) this.#heads.tell(streamId, item);
    else this.#heads.learn(streamId, item);
    return { entries: item.followers, cancel: item.head.cancelRequested };
  }

  async left(now: number): Promise<readonly StreamHead[]> {
    const found: StreamHead[] = [];
    for await (const { head, followers, servesUntil } of this.#due.at(now)) {
      const waits = head.state !== "running" && !head.gone && followers.length > 0;
      if (waits && servesUntil <= now) found.push(head);
    }
    return found;
  }

  /** Also after the stream's end, as long as somebody is served. */
  async #renew(streamId: string, epoch: number, now: number): Promise<HeadItem | undefined> {
    const item = await this.#db.update(headKey(streamId), "SET leaseUntil = :until", {
      condition: "epoch = :epoch AND gone = :gone",
      values: { ":until": N(now + this.#leaseMs), ":epoch": N(epoch), ":gone": { BOOL: false } },
    });
    return item && readHead(item);
  }
}
