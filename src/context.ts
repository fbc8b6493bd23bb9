import type { Blobs, StoredBlob } from "./blobs.ts";
import type { Clock } from "./clock.ts";
import { randomId } from "./ids.ts";
import type { Logger } from "./logger.ts";
import { ANONYMOUS, type Caller, type Principal } from "./principal.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { RecordPage, Records, StoredRecord } from "./records.ts";
import type { SoFar } from "./so-far.ts";
import type { Source } from "./source.ts";

/** The caller's own documents; nobody else's can be named (law 9). */
export interface OwnRecords {
  get(collection: string, id: string): Promise<StoredRecord | undefined>;
  put(collection: string, id: string, value: JsonObject, ifVersion?: number): Promise<StoredRecord>;
  delete(collection: string, id: string): Promise<boolean>;
  list(collection: string, limit: number, cursor?: string): Promise<RecordPage>;
}

/** The caller's own uploads (law 9). */
export interface OwnBlobs {
  /**
   * Keeps the bytes as they come, for `keepMs`; gives the upload's unguessable id. Above `maxBytes` it throws
   * `payload_too_large`; then, and where the bytes break off, nothing is kept.
   */
  put(bytes: AsyncIterable<Uint8Array>, options: PutOptions): Promise<string>;
  get(id: string): Promise<StoredBlob | undefined>;
  delete(id: string): Promise<boolean>;
}

/** How one upload is kept. */
export interface PutOptions {
  readonly mediaType: string;
  readonly maxBytes: number;
  readonly keepMs: number;
}

/** What belongs to the caller, as handlers and endpoints see it. */
export interface OwnData {
  readonly principal: Principal | undefined;
  readonly records: OwnRecords;
  readonly blobs: OwnBlobs;
}

/** What a handler gets. */
export interface RunContext<Input> extends OwnData {
  readonly input: Input;
  readonly streamId: string;
  readonly requestId: string | undefined;
  /** The model; text that it streams passes through with `yield*`. */
  readonly source: Source;
  /** What the run had written when its process died, where this one goes on for it (`onCrash: "continue"`). */
  readonly soFar: SoFar | undefined;
  /** Aborted when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Under which name an owner's documents and uploads are kept; "" is everybody who is anonymous (law 9). */
export function ownerName(app: string, owner: string): string {
  return `${app}/${owner === "" ? ANONYMOUS : `u:${owner}`}`;
}

/** Narrows records and blobs to one caller in one app. */
export function ownData(parts: { records: Records; blobs: Blobs; clock: Clock }, caller: Caller): OwnData {
  const owner = ownerName(caller.app, caller.owner);
  const { records, blobs, clock } = parts;
  return {
    principal: caller.principal,
    records: {
      get: (collection, id) => records.get({ collection, owner, id }),
      put: (collection, id, value, ifVersion) =>
        records.put({ collection, owner, id }, value, {
          now: clock.now(),
          ...(ifVersion !== undefined && { ifVersion }),
        }),
      delete: (collection, id) => records.delete({ collection, owner, id }),
      list: (collection, limit, cursor) =>
        records.list({ collection, owner, limit, ...(cursor !== undefined && { cursor }) }),
    },
    blobs: {
      put: async (bytes, { mediaType, maxBytes, keepMs }) => {
        const id = randomId();
        await blobs.put({ id, owner, mediaType, expiresAt: clock.now() + keepMs }, bytes, maxBytes);
        return id;
      },
      get: (id) => blobs.get(owner, id, clock.now()),
      delete: (id) => blobs.delete(owner, id),
    },
  };
}
