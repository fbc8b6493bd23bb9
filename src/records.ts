/**
 * CONTRACT: small documents beside the streams. Implementations in records/.
 *
 * R1 A document is known by (collection, owner, id); nothing is found under another owner (law 9).
 * R2 An acknowledged put is read by every later get, and survives what the back end's durability promises.
 * R3 A put with `ifVersion` stores only where that is still the document's version (0: where there is none), else `conflict`.
 * R4 Lists are ordered by creation, newest first; a cursor goes on where its page ended whatever was added or removed since.
 * R5 A document put with `expiresAt` (epoch milliseconds) may be removed once that has passed; whoever reads one checks the time.
 */
import type { JsonObject } from "./protocol/json.ts";

export interface RecordKey {
  readonly collection: string;
  readonly owner: string;
  readonly id: string;
}

/** Of a document of the gateway itself about a stream. A caller's documents have an owner with a slash in it: this one is nobody's. */
export function streamKey(collection: string, { app, streamId }: { app: string; streamId: string }): RecordKey {
  return { collection, owner: app, id: streamId };
}

export interface StoredRecord {
  readonly id: string;
  /** 1 at creation, one more with each put. */
  readonly version: number;
  readonly createdAt: number;
  readonly value: JsonObject;
}

export interface RecordPage {
  readonly items: readonly StoredRecord[];
  readonly nextCursor?: string;
}

export interface Records {
  get(key: RecordKey): Promise<StoredRecord | undefined>;
  put(
    key: RecordKey,
    value: JsonObject,
    options: { now: number; ifVersion?: number; expiresAt?: number },
  ): Promise<StoredRecord>;
  /** True where there was one. */
  delete(key: RecordKey): Promise<boolean>;
  list(query: { collection: string; owner: string; cursor?: string; limit: number }): Promise<RecordPage>;
  close(): Promise<void>;
}
