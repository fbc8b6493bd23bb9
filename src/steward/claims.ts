import { type FullAllowances, type Party, partiesOf } from "./allowance.ts";
import type { Spot } from "./places.ts";
import type { Caller } from "../principal.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { AnyRoute } from "../route.ts";
import type { Claim } from "./turn.ts";

/** Whose process died keeps its place so long. */
const KEEP_MS = 30_000;
/** Nobody knows when a place falls free: a client is to ask again after this. */
const ASK_AGAIN_MS = 1000;

interface Claimant {
  readonly name: string;
  readonly route: AnyRoute;
  readonly input: unknown;
  readonly caller: Caller;
}

/** The places that a run needs, in the order in which it takes them: what it may have to wait for comes last. */
export function claimsOf(claimant: Claimant, allowances: FullAllowances): readonly Claim[] {
  const { name, route, caller } = claimant;
  const [principal, tenant] = partiesOf(caller, allowances) as [Party, Party];
  const claims: Claim[] = [];
  const { concurrentRuns } = principal.allowance;
  if (concurrentRuns !== undefined) {
    const spot = spotOf("principal runs", concurrentRuns, principal.key);
    claims.push({ ...spot, whenFull: "refuse", refusal: tooMany("runs at once") });
  }
  if (route.concurrentRuns !== undefined) {
    const spot = spotOf("route runs", route.concurrentRuns, JSON.stringify([principal.key, name]));
    claims.push({ ...spot, whenFull: "refuse", refusal: tooMany("runs of this route at once") });
  }
  claims.push(...conversationClaims(claimant));
  if (tenant.allowance.concurrentRuns !== undefined) {
    const spot = spotOf("tenant runs", tenant.allowance.concurrentRuns, tenant.key);
    claims.push({ ...spot, whenFull: "wait", refusal: tooMany("runs at once") });
  }
  return claims;
}

/** The place of those who wait: the tenant's. */
export function queueOf(caller: Caller, allowances: FullAllowances): Claim {
  const [, tenant] = partiesOf(caller, allowances) as [Party, Party];
  const spot = spotOf("queue", allowances.queue.most, tenant.key);
  return { ...spot, whenFull: "refuse", refusal: tooMany("runs at once") };
}

/** A conversation is the caller's, whatever the route (law 9). */
function conversationClaims({ route, input, caller }: Claimant): Claim[] {
  const { whenBusy, conversation } = route;
  const name = whenBusy === "parallel" ? undefined : conversation?.(input as never);
  if (name === undefined || whenBusy === "parallel") return [];
  const whenFull = { reject: "refuse", queue: "wait", replace: "replace" } as const;
  const refusal = new SluiceError("conflict", "Another run of this conversation goes on.");
  return [
    { ...spotOf("conversation", 1, JSON.stringify([caller.scope, name])), whenFull: whenFull[whenBusy], refusal },
  ];
}

export function spotOf(name: string, most: number, key: string): Spot {
  return { room: { name, most, keepMs: KEEP_MS }, key };
}

/** The refusal where all places are taken. */
export function tooMany(what: string): SluiceError {
  return new SluiceError("rate_limited", `Too many ${what}.`, { retryAfterMs: ASK_AGAIN_MS });
}
