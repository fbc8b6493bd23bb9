import { dirname, join, basename } from "node:path";
import type { Backend } from "../backend.ts";
import { diskBlobs } from "../blobs/disk.ts";
import { recordsOver, type RecordsEngine } from "../records/sqlite.ts";
import type { Records } from "../records.ts";
import type { Store } from "../store.ts";
import { callerOf, type Caller } from "./sqlite/caller.ts";
import type { Durability } from "./sqlite/database.ts";
import type { StoreEngine } from "./sqlite/engine.ts";
import { openEngines } from "./sqlite/engines.ts";
import { Thread } from "./sqlite/thread.ts";

export type { Durability } from "./sqlite/database.ts";

export interface SqliteOptions {
  /** What a commit survives (law 1): the process's death (default), or a power loss too. */
  readonly durability?: Durability;
}

/**
 * Streams and documents in one SQLite file, uploads in the folder `<name>.blobs` beside it; folders are made where missing.
 * Rejects at once where another process holds the file, and where a newer release wrote it.
 */
export async function sqlite(path: string, options: SqliteOptions = {}): Promise<Backend> {
  const { store, records, close } = await openFile(path, options);
  try {
    const blobs = await diskBlobs(join(dirname(path), `${basename(path, ".db")}.blobs`));
    return { store, records, blobs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Only the streams; rejects like `sqlite`. */
export async function sqliteStore(path: string, options: SqliteOptions = {}): Promise<Store> {
  return (await openFile(path, options)).store;
}

interface File {
  readonly store: Store;
  readonly records: Records;
  close(): Promise<void>;
}

async function openFile(path: string, { durability = "process" }: SqliteOptions): Promise<File> {
  if (durability === "disk") {
    const thread = await Thread.open(path);
    return fileOver(thread.store, thread.records, () => thread.close());
  }
  const { database, store, records } = openEngines(path, durability);
  return fileOver(callerOf(store), callerOf(records), async () => {
    await database.quiet();
    database.close();
  });
}

/** The file is closed once, by whichever part is closed first. */
function fileOver(store: Caller<StoreEngine>, records: Caller<RecordsEngine>, closeFile: () => Promise<void>): File {
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= closeFile());
  const streams = storeOver(store, close);
  const sweep: Store["sweep"] = async (now, forgetAfterMs) => {
    await streams.sweep(now, forgetAfterMs);
    await inTurns(() => records("sweepStep", now));
  };
  return { store: { ...streams, sweep }, records: recordsOver(records, close), close };
}

/** The contract over an engine, wherever that runs. */
export function storeOver(call: Caller<StoreEngine>, close: () => Promise<void>): Store {
  return {
    open: (stream, startJson) => call("open", stream, startJson),
    append: (appends) => call("append", appends),
    read: (streamId, after, maxBytes) => call("read", streamId, after, maxBytes),
    head: (streamId) => call("head", streamId),
    find: (scope, requestId) => call("find", scope, requestId),
    list: (query) => call("list", query),
    requestCancel: (streamId) => call("requestCancel", streamId),
    rememberCancel: (scope, requestId, until) => call("rememberCancel", scope, requestId, until),
    takeover: (streamId, fromEpoch) => call("takeover", streamId, fromEpoch),
    abandoned: () => call("abandoned"),
    erase: (streamId, forgetAt) => call("erase", streamId, forgetAt),
    sweep: (now, forgetAfterMs) => inTurns(() => call("sweepStep", now, forgetAfterMs)),
    check: () => call("check"),
    close,
  };
}

/** Takes steps until nothing more is to do; between them others have their turn. */
async function inTurns(step: () => Promise<boolean>): Promise<void> {
  while (await step()) await new Promise((resolve) => setImmediate(resolve));
}
