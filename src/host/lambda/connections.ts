import type { Clock } from "../../clock.ts";
import { type Caller, type Principal, placeCaller } from "../../principal.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { RecordKey, Records } from "../../records.ts";

/** What is kept of a connection between its events: no process holds its socket. */
export interface KnownConnection {
  readonly caller: Caller;
  /** It speaks the native dialect. */
  readonly native: boolean;
  /** Where frames for it are posted, without its id. */
  readonly callbackUrl: string;
}

/** API Gateway ends a connection after two hours; its record may outlive it by a little. */
const KEPT_MS = 130 * 60_000;

/** The open connections of all functions. */
export class Connections {
  readonly #records: Records;
  readonly #clock: Clock;

  constructor(records: Records, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
  }

  async put(id: string, session: string | undefined, { caller, native, callbackUrl }: KnownConnection): Promise<void> {
    const { app, principal } = caller;
    const now = this.#clock.now();
    const value = {
      native,
      callbackUrl,
      ...(session !== undefined && { session }),
      ...(principal !== undefined && { principal: principal as unknown as JsonObject }),
    };
    await this.#records.put(keyOf(app, id), value, { now, expiresAt: now + KEPT_MS });
  }

  /** Its principal has shown a fresh token. */
  async renew(app: string, id: string, principal: Principal): Promise<void> {
    const known = await this.#records.get(keyOf(app, id));
    if (known === undefined) return;
    const now = this.#clock.now();
    const value = { ...known.value, principal: principal as unknown as JsonObject };
    await this.#records.put(keyOf(app, id), value, { now, expiresAt: known.createdAt + KEPT_MS });
  }

  async get(app: string, id: string): Promise<KnownConnection | undefined> {
    const record = await this.#records.get(keyOf(app, id));
    if (record === undefined || record.createdAt + KEPT_MS <= this.#clock.now()) return undefined;
    const { native, callbackUrl, session, principal } = record.value as unknown as StoredConnection;
    return { caller: placeCaller(app, principal, session, id), native, callbackUrl };
  }

  async delete(app: string, id: string): Promise<void> {
    await this.#records.delete(keyOf(app, id));
  }

  /** How many there are now, as far as `$disconnect` was told. */
  async count(app: string): Promise<number> {
    const now = this.#clock.now();
    let count = 0;
    let cursor: string | undefined;
    do {
      const page = await this.#records.list({
        collection: COLLECTION,
        owner: app,
        limit: PAGE,
        ...(cursor && { cursor }),
      });
      count += page.items.filter(({ createdAt }) => createdAt + KEPT_MS > now).length;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return count;
  }
}

interface StoredConnection {
  readonly native: boolean;
  readonly callbackUrl: string;
  readonly session?: string;
  readonly principal?: Principal;
}

const COLLECTION = "connections";
const PAGE = 500;

function keyOf(app: string, id: string): RecordKey {
  return { collection: COLLECTION, owner: app, id };
}
