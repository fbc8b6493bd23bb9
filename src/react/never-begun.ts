import { FollowedRun, type RunKeeper } from "../client/followed-run.ts";
import type { Run } from "../client/run.ts";
import { SluiceError, knownCode } from "../protocol/errors.ts";

/** Why a run never began, as it is kept across a reload. */
export interface NeverBegun {
  readonly code: string;
  readonly message: string;
}

/** Nothing where the run began, may have begun, or still may. */
export function whyNotBegun({ streamId, error }: Run): NeverBegun | false | undefined {
  return !streamId && error && error.code !== "interrupted" && { code: error.code, message: error.message };
}

/** Of a run that is over, nothing else is asked. */
const KEEPER: Pick<RunKeeper, "now" | "cancel"> = { now: Date.now, cancel: async () => {} };

/** A run that never began, as its viewer knew it before the reload. Nothing is sent. */
export function neverBegun(route: string, { code, message }: NeverBegun): FollowedRun {
  const run = new FollowedRun({ route, requestId: "", json: "" }, KEEPER as RunKeeper);
  if (code === "cancelled") run.cancelUnsent();
  else run.fail(new SluiceError(knownCode(code) ?? "internal", message));
  return run;
}
