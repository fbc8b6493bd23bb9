import { byNewest, pageOf, parseCursor } from "../cursor.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { RecordKey, RecordPage, Records, StoredRecord } from "../records.ts";
import { expectVersion } from "./expect-version.ts";

/** Documents that last as long as the process. */
export function memoryRecords(): MemoryRecords {
  return new MemoryRecords();
}

interface Kept extends RecordKey {
  readonly version: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** As text, so that nobody's later change of the value reaches it. */
  readonly json: string;
}

/** Documents in a map. */
export class MemoryRecords implements Records {
  readonly #kept = new Map<string, Kept>();

  async get(key: RecordKey): Promise<StoredRecord | undefined> {
    const kept = this.#kept.get(nameOf(key));
    return kept === undefined ? undefined : recordOf(kept);
  }

  async put(
    { collection, owner, id }: RecordKey,
    value: JsonObject,
    { now, ifVersion, expiresAt = Infinity }: { now: number; ifVersion?: number; expiresAt?: number },
  ): Promise<StoredRecord> {
    const name = nameOf({ collection, owner, id });
    const former = this.#kept.get(name);
    const version = former?.version ?? 0;
    expectVersion(ifVersion, version);
    const createdAt = former?.createdAt ?? now;
    const json = JSON.stringify(value);
    const kept: Kept = { collection, owner, id, version: version + 1, createdAt, expiresAt, json };
    this.#kept.set(name, kept);
    return recordOf(kept);
  }

  async delete(key: RecordKey): Promise<boolean> {
    return this.#kept.delete(nameOf(key));
  }

  async list(query: { collection: string; owner: string; cursor?: string; limit: number }): Promise<RecordPage> {
    const from = query.cursor === undefined ? undefined : parseCursor(query.cursor);
    const found = [...this.#kept.values()]
      .filter((kept) => kept.collection === query.collection && kept.owner === query.owner)
      .filter((kept) => from === undefined || byNewest(from, kept) < 0)
      .sort(byNewest)
      .map(recordOf);
    return pageOf(found, query.limit, (record) => record);
  }

  /** Removes what has expired (R5). */
  sweep(now: number): void {
    for (const [name, { expiresAt }] of this.#kept) if (expiresAt <= now) this.#kept.delete(name);
  }

  async close(): Promise<void> {}
}

function nameOf({ collection, owner, id }: RecordKey): string {
  return JSON.stringify([collection, owner, id]);
}

function recordOf({ id, version, createdAt, json }: Kept): StoredRecord {
  return { id, version, createdAt, value: JSON.parse(json) as JsonObject };
}
