import type { Clock } from "./clock.ts";
import type { Ledger } from "./ledger.ts";
import type { Caller } from "./principal.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { Usage } from "./protocol/events.ts";
import type { Quotas } from "./quotas.ts";
import type { AnyRoute } from "./route.ts";
import { type FullAllowances, partiesOf } from "./steward/allowance.ts";
import { Budgets } from "./steward/budgets.ts";
import { claimsOf, queueOf, spotOf, tooMany } from "./steward/claims.ts";
import { Lines } from "./steward/lines.ts";
import { Places, type Spot } from "./steward/places.ts";
import { Turn } from "./steward/turn.ts";
import type { Store } from "./store.ts";
import { Windows } from "./windows.ts";

interface StewardParts {
  readonly quotas: Quotas;
  readonly allowances: FullAllowances;
  /** Cancels a run, wherever it is. */
  readonly cancel: (streamId: string) => Promise<void>;
}

interface StewardServices {
  readonly clock: Clock;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly limits: { readonly lookMs: number };
}

/** A run that asks for its places. */
export interface Applicant {
  readonly streamId: string;
  readonly name: string;
  readonly route: AnyRoute;
  /** As its route parsed it. */
  readonly input: unknown;
  readonly caller: Caller;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Sees to it that nobody takes more than the allowances say, in all processes together. */
export class Steward {
  readonly #services: StewardServices;
  readonly #parts: StewardParts;
  readonly #budgets: Budgets;
  readonly #places: Places;
  readonly #lines: Lines;
  /** Messages are counted where they come in: to ask others about each would cost more than the message. */
  readonly #messages: Windows;

  constructor(services: StewardServices, parts: StewardParts) {
    const { clock, ledger, limits } = services;
    const { quotas, allowances } = parts;
    this.#services = services;
    this.#parts = parts;
    this.#budgets = new Budgets({ clock, ledger, quotas, allowances });
    this.#places = new Places(quotas, clock);
    this.#lines = new Lines(clock, limits.lookMs);
    this.#messages = new Windows(clock);
  }

  /** Counts a message; throws `rate_limited` where there are too many in this second. */
  message(caller: Caller): void {
    const { principal, tenant } = this.#parts.allowances;
    if (principal.messagesPerSecond === undefined && tenant.messagesPerSecond === undefined) return;
    for (const { kind, key, allowance } of partiesOf(caller, this.#parts.allowances)) {
      const { messagesPerSecond = Number.POSITIVE_INFINITY } = allowance;
      const waitMs = this.#messages.spend(`${kind} ${key}`, messagesPerSecond, SECOND);
      if (waitMs > 0) throw new SluiceError("rate_limited", "Too many messages.", { retryAfterMs: waitMs });
    }
  }

  /** Counts an attempt to open a WebSocket; throws `rate_limited` where an address makes too many in this minute. */
  async attempt(address: string): Promise<void> {
    const { quotas, allowances } = this.#parts;
    const { attemptsPerMinute: points } = allowances;
    if (points === undefined) return;
    const waitMs = await quotas.spend({ name: "attempts", points, windowMs: MINUTE }, address);
    if (waitMs > 0) throw new SluiceError("rate_limited", "Too many connections.", { retryAfterMs: waitMs });
  }

  /** Takes a place for a link that lasts; throws `rate_limited` where there is none. Gives the way to leave it. */
  async connect(caller: Caller, id: string): Promise<() => void> {
    const taken: Spot[] = [];
    const leave = (): void => {
      for (const spot of taken.splice(0)) void this.#places.free(spot, id);
    };
    for (const { kind, key, allowance } of partiesOf(caller, this.#parts.allowances)) {
      if (allowance.connections === undefined) continue;
      const spot = spotOf(`${kind} connections`, allowance.connections, key);
      const { held } = await this.#places.take(spot, id);
      if (held) {
        taken.push(spot);
        continue;
      }
      leave();
      throw tooMany("connections");
    }
    return leave;
  }

  /** Lets a new run in, to begin or to wait for its turn; throws `rate_limited` or `conflict` where it may not. */
  async admit(applicant: Applicant): Promise<Turn> {
    await this.#budgets.check(applicant.caller);
    const turn = this.#turnOf(applicant);
    await turn.enter(false);
    return turn;
  }

  /** Takes the places of a run that was let in before, or has it wait for them. */
  async readmit(applicant: Applicant): Promise<Turn> {
    const turn = this.#turnOf(applicant);
    await turn.enter(true);
    return turn;
  }

  /** A model says what a run of this caller has used. */
  used(caller: Caller, usage: Usage): void {
    this.#budgets.used(caller, usage);
  }

  /** Resolves when all that ended runs have given back and used is counted. */
  async settled(): Promise<void> {
    await Promise.all([this.#places.settled(), this.#budgets.settled()]);
  }

  #turnOf({ streamId, name, route, input, caller }: Applicant): Turn {
    const { cancel, allowances } = this.#parts;
    return new Turn({
      streamId,
      claims: claimsOf({ name, route, input, caller }, allowances),
      queue: queueOf(caller, allowances),
      waitMs: allowances.queue.waitMs,
      places: this.#places,
      lines: this.#lines,
      clock: this.#services.clock,
      cancel,
      isLater: (other) => this.#isLater(other, streamId),
    });
  }

  async #isLater(one: string, other: string): Promise<boolean> {
    const { store } = this.#services;
    const [left, right] = await Promise.all([store.head(one), store.head(other)]);
    return left !== undefined && right !== undefined && left.createdAt > right.createdAt;
  }
}
