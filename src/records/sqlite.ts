import type { StatementSync } from "node:sqlite";
import { pageOf, parseCursor } from "../cursor.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { RecordKey, RecordPage, Records, StoredRecord } from "../records.ts";
import type { Caller } from "../store/sqlite/caller.ts";
import type { Database } from "../store/sqlite/database.ts";
import { expectVersion } from "./expect-version.ts";

interface Row {
  readonly id: string;
  readonly version: number;
  readonly created_at: number;
  readonly value: string;
}

/** Documents that one step of a sweep removes. */
const SWEEP_STEP = 100;

/** Documents in the same file as the streams, synchronous. */
export class RecordsEngine {
  readonly #database: Database;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #list: StatementSync;
  readonly #sweep: StatementSync;

  constructor(database: Database) {
    const columns = "id, version, created_at, value";
    const key = "collection = ? AND owner = ?";
    this.#database = database;
    this.#get = database.prepare(`SELECT ${columns} FROM records WHERE ${key} AND id = ?`);
    this.#put = database.prepare(
      `INSERT OR REPLACE INTO records (collection, owner, id, version, created_at, value, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#delete = database.prepare(`DELETE FROM records WHERE ${key} AND id = ?`);
    this.#list = database.prepare(
      `SELECT ${columns} FROM records WHERE ${key} AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?`,
    );
    this.#sweep = database.prepare(
      "DELETE FROM records WHERE rowid IN (SELECT rowid FROM records WHERE expires_at <= ? LIMIT ?)",
    );
  }

  get({ collection, owner, id }: RecordKey): StoredRecord | undefined {
    const row = this.#get.get(collection, owner, id) as Row | undefined;
    return row === undefined ? undefined : recordOf(row);
  }

  put(
    key: RecordKey,
    value: JsonObject,
    { now, ifVersion, expiresAt }: { now: number; ifVersion?: number; expiresAt?: number },
  ): StoredRecord {
    const { collection, owner, id } = key;
    return this.#database.transaction(() => {
      const former = this.#get.get(collection, owner, id) as Row | undefined;
      expectVersion(ifVersion, former?.version ?? 0);
      const version = (former?.version ?? 0) + 1;
      const row: Row = { id, version, created_at: former?.created_at ?? now, value: JSON.stringify(value) };
      this.#put.run(collection, owner, id, row.version, row.created_at, row.value, expiresAt ?? null);
      return recordOf(row);
    });
  }

  delete({ collection, owner, id }: RecordKey): boolean {
    return this.#database.transaction(() => Number(this.#delete.run(collection, owner, id).changes) > 0);
  }

  list(query: { collection: string; owner: string; cursor?: string; limit: number }): RecordPage {
    const from =
      query.cursor === undefined ? { createdAt: Number.MAX_SAFE_INTEGER, id: "" } : parseCursor(query.cursor);
    const rows = this.#list.all(query.collection, query.owner, from.createdAt, from.id, query.limit + 1);
    return pageOf((rows as unknown as Row[]).map(recordOf), query.limit, (record) => record);
  }

  /** One short step of a sweep of what has expired (R5); true where more is to do. */
  sweepStep(now: number): boolean {
    return this.#database.transaction(() => Number(this.#sweep.run(now, SWEEP_STEP).changes) === SWEEP_STEP);
  }
}

/** The contract over an engine, wherever that runs. */
export function recordsOver(call: Caller<RecordsEngine>, close: () => Promise<void>): Records {
  return {
    get: (key) => call("get", key),
    put: (key, value, options) => call("put", key, value, options),
    delete: (key) => call("delete", key),
    list: (query) => call("list", query),
    close,
  };
}

function recordOf({ id, version, created_at: createdAt, value }: Row): StoredRecord {
  return { id, version, createdAt, value: JSON.parse(value) as JsonObject };
}
