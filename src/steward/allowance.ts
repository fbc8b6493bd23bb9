import { ownerName } from "../context.ts";
import type { Caller } from "../principal.ts";
import type { Usage } from "../protocol/events.ts";

/** What one principal, or one tenant, may use. What is not named is not bounded. */
export interface Allowance {
  /** Runs at once. Of a principal more are refused; of a tenant they wait for a place, where the queue has room. */
  readonly concurrentRuns?: number;
  /** WebSockets and event streams at once. */
  readonly connections?: number;
  /** WebSocket messages and HTTP requests, in each process that takes them. */
  readonly messagesPerSecond?: number;
  /** That models have read and written; a new run is refused while they are used up. */
  readonly tokensPerMinute?: number;
  /** In the currency of the prices, in a day (UTC); a new run is refused once it is used up. */
  readonly costPerDay?: number;
}

/** Of a million tokens, in any one currency. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

/** What the callers of a server may use. A principal that names no tenant is one by itself. */
export interface Allowances {
  /** Of each principal, and of each session where callers are anonymous; 32 runs at once by default (not on Lambda). */
  readonly principal?: Allowance;
  readonly tenant?: Allowance;
  /** WebSockets that one address may open in a minute; loopback addresses are not counted. */
  readonly attemptsPerMinute?: number;
  /** How many runs of one tenant may wait at once, 100 by default, and how long each, 60 s by default. */
  readonly queue?: { readonly most?: number; readonly waitMs?: number };
  /** By the id of an app's model, or by the app's name; what has no price costs nothing. */
  readonly prices?: Readonly<Record<string, Price>>;
}

/** The same with every default. */
export interface FullAllowances extends Allowances {
  readonly principal: Allowance;
  readonly tenant: Allowance;
  readonly queue: { readonly most: number; readonly waitMs: number };
  readonly prices: Readonly<Record<string, Price>>;
}

const QUEUE = { most: 100, waitMs: 60_000 };

/** `concurrentRuns`: of a principal, where nothing is said of them. */
export function fullAllowances(given: Allowances, { concurrentRuns }: { concurrentRuns: number }): FullAllowances {
  return {
    ...given,
    principal: { ...(Number.isFinite(concurrentRuns) && { concurrentRuns }), ...given.principal },
    tenant: given.tenant ?? {},
    queue: { ...QUEUE, ...given.queue },
    prices: given.prices ?? {},
  };
}

/** One of those whose allowance a caller uses: itself, and its tenant. */
export interface Party {
  readonly kind: "principal" | "tenant";
  /** Unique among the parties of its kind. */
  readonly key: string;
  /** Owner of its daily accounts. */
  readonly owner: string;
  readonly allowance: Allowance;
}

/** Whose allowances the caller uses. Anonymous callers are told apart like their lists: by session, else by connection. */
export function partiesOf({ app, owner, scope, principal }: Caller, allowances: FullAllowances): readonly Party[] {
  const { principal: own, tenant: shared } = allowances;
  const account = ownerName(app, owner);
  const tenant = principal?.tenant === undefined ? undefined : tenantName(app, principal.tenant);
  return [
    { kind: "principal", key: scope, owner: account, allowance: own },
    { kind: "tenant", key: tenant ?? scope, owner: tenant ?? account, allowance: shared },
  ];
}

/** Under which name a tenant's accounts are kept; no principal's is like it. */
export function tenantName(app: string, tenant: string): string {
  return `${app}/t:${tenant}`;
}

/** In the currency of the price. */
export function costOf({ inputTokens, outputTokens }: Usage, { input, output }: Price): number {
  return (inputTokens * input + outputTokens * output) / 1_000_000;
}
