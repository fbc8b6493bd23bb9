import type { Clock } from "./clock.ts";
import { digestOf, randomId } from "./ids.ts";
import type { Principal } from "./principal.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { Records } from "./records.ts";

const COLLECTION = "tickets";

/** How long a ticket is good. */
const TICKET_MS = 30_000;

/**
 * One-time tickets: they bring a principal to a WebSocket whose client can set neither header nor subprotocol. They are kept
 * among the records, so that any node may redeem one, and only as digests, so that the store gives none away.
 */
export class Tickets {
  readonly #records: Records;
  readonly #clock: Clock;

  constructor(records: Records, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
  }

  /** A ticket for this principal of this app: base64url, good for 30 s and for one use. */
  async issue(app: string, principal: Principal): Promise<string> {
    const ticket = randomId();
    const key = await keyOf(app, ticket);
    const now = this.#clock.now();
    const until = now + TICKET_MS;
    const value = { principal: principal as unknown as JsonObject, until };
    await this.#records.put(key, value, { now, expiresAt: until });
    // One that nobody used goes by itself; that of a process that died before goes with the next sweep.
    this.#clock.after(TICKET_MS, () => void this.#records.delete(key).catch(() => {}));
    return ticket;
  }

  /** Whom the ticket is for; undefined for one that was used, is too old, or never was. */
  async redeem(app: string, ticket: string): Promise<Principal | undefined> {
    const key = await keyOf(app, ticket);
    const record = await this.#records.get(key);
    // Only one caller is told that it removed it.
    if (record === undefined || !(await this.#records.delete(key))) return undefined;
    const { principal, until } = record.value as { principal: JsonObject; until: number };
    return this.#clock.now() < until ? (principal as unknown as Principal) : undefined;
  }
}

async function keyOf(app: string, ticket: string): Promise<{ collection: string; owner: string; id: string }> {
  return { collection: COLLECTION, owner: app, id: await digestOf(ticket) };
}
