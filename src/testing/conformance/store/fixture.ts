import { randomUUID } from "node:crypto";
import type { Offset } from "../../../protocol/offset.ts";
import type { Append, Appended, NewStream, Store } from "../../../store.ts";

/** Epoch milliseconds at which the suite's streams begin; far from the machine's own time (S12). */
export const NOW = 1_000_000_000_000;

/** A new stream with an id and a scope of its own, so that suites may share one back end. */
export function newStream(fields: Partial<NewStream> = {}): NewStream {
  const streamId = randomUUID();
  return {
    streamId,
    app: "suite",
    route: "stream",
    owner: "",
    scope: `scope-${streamId}`,
    retentionMs: 60_000,
    createdAt: NOW,
    ...fields,
  };
}

export const START = '{"type":"start","route":"stream"}';

/** What a store gave, without the leases that not every store has (S13). */
export function leaseless(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(leaseless);
  if (typeof given !== "object" || given === null || given instanceof Error) return given;
  const fields = Object.entries(given).filter(([name]) => name !== "leaseUntil");
  return Object.fromEntries(fields.map(([name, value]) => [name, leaseless(value)]));
}

/** The JSON of a text delta. */
export function delta(text: string): string {
  return JSON.stringify({ type: "text-delta", text });
}

/** One stream and its writer. */
export class Writer {
  readonly store: Store;
  readonly stream: NewStream;
  epoch = 1;
  /** Seq of the next event. */
  next = 1;
  /** What was acknowledged, `start` included. */
  readonly acknowledged: string[] = [START];

  private constructor(store: Store, stream: NewStream) {
    this.store = store;
    this.stream = stream;
  }

  /** Opens the stream and begins to write it. */
  static async open(store: Store, fields: Partial<NewStream> = {}): Promise<Writer> {
    const writer = new Writer(store, newStream(fields));
    await store.open(writer.stream, START);
    return writer;
  }

  get streamId(): string {
    return this.stream.streamId;
  }

  /** The next append, with these texts. */
  draft(...texts: readonly string[]): Append {
    return {
      streamId: this.streamId,
      epoch: this.epoch,
      seq: this.next,
      at: NOW + this.next,
      events: texts.map(delta),
    };
  }

  /** Appends these texts, and counts them where they were stored. */
  async write(...texts: readonly string[]): Promise<Appended> {
    return this.send(this.draft(...texts));
  }

  /** Ends the stream with `complete` at `at`. */
  async end(at: number = NOW + this.next): Promise<Appended> {
    return this.send({ ...this.draft(), at, events: ['{"type":"complete","text":""}'], end: "complete" });
  }

  async send(append: Append): Promise<Appended> {
    const outcome = await appendOne(this.store, append);
    if (outcome.outcome === "stored") {
      this.next += append.events.length;
      this.acknowledged.push(...append.events);
    }
    return outcome;
  }
}

/** Appends one alone. */
export async function appendOne(store: Store, append: Append): Promise<Appended> {
  const [outcome] = await store.append([append]);
  return outcome!;
}

/** Reads all of a stream by reads of `maxBytes`, each going on where the last one ended. */
export async function readAll(
  store: Store,
  streamId: string,
  maxBytes: number = 1024 * 1024,
): Promise<readonly string[]> {
  const events: string[] = [];
  let after: Offset | undefined;
  for (;;) {
    const part = await store.read(streamId, after, maxBytes);
    if (part.length === 0) return events;
    after = part.at(-1);
    for (const { seq, json } of part) {
      if (seq !== events.length) throw new Error(`Seq ${seq} came where ${events.length} had to.`);
      events.push(json);
    }
  }
}
