import { SluiceError } from "../../protocol/errors.ts";

/** What the client says where it had no answer. What Redis itself says, such as OOM, is clear enough. */
const UNANSWERED =
  /isn't (?:writeable|ready)|Connection is closed|connection close|Socket timeout|retries per request|ECONN|EPIPE/;

/** What Redis says where it can serve nobody for now: it is full, loads its data, or is no primary any more. */
const REFUSED = /^(?:OOM|LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|MISCONF|NOREPLICAS|TRYAGAIN|BUSY) /;

/** Throws `interrupted`, so that clients come back, where Redis is in trouble; its cause says in which. Any other error is a bug. */
export function tellClearly(error: Error): never {
  const { message } = error;
  const text = UNANSWERED.test(message) ? "Redis does not answer" : "Redis refused";
  // Not with its cause: the client's errors hold the command, and so what was asked and answered.
  const clear = new Error(`${text}: ${message}`);
  if (!UNANSWERED.test(message) && !REFUSED.test(message)) throw clear;
  throw new SluiceError("interrupted", "The server cannot reach its store; try again.", { cause: clear });
}
