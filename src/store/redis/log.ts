import { SluiceError } from "../../protocol/errors.ts";
import { formatOffset, parseOffset, type Offset } from "../../protocol/offset.ts";
import type { Append, Appended, StoredEvent } from "../../store.ts";
import { streamGone } from "../portion.ts";
import type { Keys } from "./keys.ts";
import type { Link } from "./link.ts";

type Entry = readonly [id: string, fields: readonly string[]];

/** Entries of the first look into a log, and the fewest and most of a later one. */
const FIRST_LOOK = 64;
const FEWEST = 2;
const MOST_AT_ONCE = 4096;

/** The events of all streams: each stream's log is a Redis Stream whose ids are the offsets. */
export class Log {
  readonly #link: Link;
  readonly #keys: Keys;
  readonly #leaseMs: number;

  constructor(link: Link, keys: Keys, leaseMs: number) {
    this.#link = link;
    this.#keys = keys;
    this.#leaseMs = leaseMs;
  }

  append({ streamId, epoch, seq, at, events, end }: Append): Promise<Appended> {
    const { head, log } = this.#keys.stream(streamId);
    const last = seq + events.length - 1;
    const ids = [formatOffset(epoch, seq - 1), formatOffset(epoch, last), epoch, seq, last];
    return this.#link
      .run("append", head, log, ...ids, at, at + this.#leaseMs, end ?? "running", ...events)
      .then(outcomeOf, failed);
  }

  /** What is right after an offset; `stream_gone` where that event is not there, or what follows is not dense (S7, law 4). */
  async read(streamId: string, after: Offset | undefined, maxBytes: number): Promise<readonly StoredEvent[]> {
    const { log } = this.#keys.stream(streamId);
    const events: StoredEvent[] = [];
    // The event that was seen last is read again: it has to be there, under its own id.
    let isSeen = after === undefined;
    let next = after?.seq ?? 0;
    let from = after === undefined ? "-" : formatOffset(after.epoch, after.seq);
    let bytes = 0;
    for (let wanted = FIRST_LOOK; ; wanted = moreOf(wanted, events.length, bytes, maxBytes)) {
      const entries = (await this.#link.ask((redis) => redis.xrange(log, from, "+", "COUNT", wanted))) as Entry[];
      for (const [id, [name, at, , json]] of entries) {
        const place = parseOffset(id)!;
        const isEvent = name === "t";
        if (isSeen && !isEvent) continue;
        if (!isEvent || place.seq !== next || (!isSeen && place.epoch !== after!.epoch)) throw streamGone(streamId);
        next += 1;
        if (isSeen) {
          bytes += json!.length;
          if (bytes > maxBytes && events.length > 0) return events;
          events.push({ ...place, at: Number(at), json: json! });
        }
        isSeen = true;
      }
      // Not even a first event, or the one that was seen.
      if (next === (after?.seq ?? 0)) throw streamGone(streamId);
      if (entries.length < wanted) return events;
      from = `(${entries.at(-1)![0]}`;
    }
  }
}

/** How many entries to ask for next: about as many as there is room for, going by those that came. */
function moreOf(wanted: number, events: number, bytes: number, maxBytes: number): number {
  const room = Math.ceil(((maxBytes - bytes) * events) / Math.max(1, bytes));
  return Math.min(MOST_AT_ONCE, 8 * wanted, Math.max(FEWEST, room));
}

const FENCED: Appended = { outcome: "fenced" };
const STORED: Appended = { outcome: "stored", cancel: false };
const CANCELLED: Appended = { outcome: "stored", cancel: true };

function outcomeOf(answer: unknown): Appended {
  if (answer === 0) return STORED;
  return answer === 1 ? CANCELLED : FENCED;
}

function failed(error: Error): Appended {
  // For the log, not for a client: the cause says more.
  return {
    outcome: "failed",
    error: error.cause instanceof Error && error instanceof SluiceError ? error.cause : error,
  };
}
