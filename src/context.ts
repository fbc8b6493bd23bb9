import type { Blobs, StoredBlob } from "./blobs.ts";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { ANONYMOUS, type Caller, type Principal } from "./principal.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { RecordPage, Records, StoredRecord } from "./records.ts";
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
  get(id: string): Promise<StoredBlob | undefined>;
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
  /** Aborted when the run is cancelled or out of time. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Narrows records and blobs to one caller in one app. */
export function ownData(parts: { records: Records; blobs: Blobs; clock: Clock }, caller: Caller): OwnData {
  const owner = `${caller.app}/${caller.principal === undefined ? ANONYMOUS : `u:${caller.principal.id}`}`;
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
    blobs: { get: (id) => blobs.get(owner, id, clock.now()) },
  };
}
