import { pageOf, parseCursor } from "../cursor.ts";
import { randomId } from "../ids.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { RecordKey, RecordPage, Records, StoredRecord } from "../records.ts";
import { digest, placeAt } from "../store/dynamodb/keys.ts";
import { type Item, type Key, N, S, type TableClient } from "../store/dynamodb/table-client.ts";
import { expectVersion } from "./expect-version.ts";

/** How often two that write the same document may get in each other's way. */
const MOST_TRIES = 20;

/** Bytes of a document: an item ends at 400 KB, its names and keys included. */
const MOST_BYTES = 390 * 1024;

/** Documents in the table of the streams: one item each, its owner's list in an index. */
export class DynamoRecords implements Records {
  readonly #db: TableClient;

  constructor(db: TableClient) {
    this.#db = db;
  }

  async get(key: RecordKey): Promise<StoredRecord | undefined> {
    const item = await this.#db.get(await keyOf(key));
    return item && recordOf(item);
  }

  async put(
    key: RecordKey,
    value: JsonObject,
    { now, ifVersion, expiresAt }: { now: number; ifVersion?: number; expiresAt?: number },
  ): Promise<StoredRecord> {
    const json = JSON.stringify(value);
    if (Buffer.byteLength(json) > MOST_BYTES) {
      throw new SluiceError("payload_too_large", `A document may have ${MOST_BYTES} bytes at most.`);
    }
    const [place, list, put] = [await keyOf(key), await listOf(key), randomId()];
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const found = await this.#db.get(place);
      // The answer to the last try was lost.
      if (found?.["put"]?.S === put) return recordOf(found);
      const former = found && recordOf(found);
      expectVersion(ifVersion, former?.version ?? 0);
      const createdAt = former?.createdAt ?? now;
      const version = (former?.version ?? 0) + 1;
      const item: Item = {
        id: S(key.id),
        version: N(version),
        createdAt: N(createdAt),
        value: S(json),
        put: S(put),
        gsi1pk: S(list),
        gsi1sk: S(placeAt(createdAt, key.id)),
        ...(expiresAt !== undefined && { ttl: N(Math.ceil(expiresAt / 1000)) }),
      };
      const stored = await this.#db.put(
        place,
        item,
        former === undefined
          ? { condition: "attribute_not_exists(pk)" }
          : {
              condition: "#version = :former",
              names: { "#version": "version" },
              values: { ":former": N(former.version) },
            },
      );
      if (stored) return recordOf(item);
    }
    throw new Error("A document is written again and again at the same time.");
  }

  async delete(key: RecordKey): Promise<boolean> {
    return (await this.#db.delete(await keyOf(key))) !== undefined;
  }

  async list(query: { collection: string; owner: string; cursor?: string; limit: number }): Promise<RecordPage> {
    const place = query.cursor === undefined ? undefined : parseCursor(query.cursor);
    const found: StoredRecord[] = [];
    const list = await listOf(query);
    for await (const items of this.#db.list(list, place && placeAt(place.createdAt, place.id), query.limit + 1)) {
      found.push(...items.map(recordOf));
      if (found.length > query.limit) break;
    }
    return pageOf(found, query.limit, (record) => record);
  }

  async close(): Promise<void> {}
}

async function keyOf({ collection, owner, id }: RecordKey): Promise<Key> {
  return { pk: `record#${await digest(JSON.stringify([collection, owner, id]))}`, sk: "record" };
}

async function listOf({ collection, owner }: Pick<RecordKey, "collection" | "owner">): Promise<string> {
  return `records#${await digest(JSON.stringify([collection, owner]))}`;
}

function recordOf(item: Item): StoredRecord {
  return {
    id: item["id"]!.S!,
    version: Number(item["version"]!.N),
    createdAt: Number(item["createdAt"]!.N),
    value: JSON.parse(item["value"]!.S!) as JsonObject,
  };
}
