import type { ProgressEvent } from "../../protocol/events.ts";
import type { ModelAnswer } from "../../source.ts";

/** One request to a provider, in the provider's own way. */
export interface Upstream {
  /** Asks the model; resolves once its answer begins. The signal ends the request. */
  open(signal: AbortSignal): Promise<void>;
  /** What came in since the last time, perhaps no event; undefined at the end. */
  next(): Promise<readonly ProgressEvent[] | undefined>;
  /** The answer, once its end mark was seen (law 10). */
  answer(): ModelAnswer | undefined;
  /** Ends whoever waits for `next`, and drops what waits. The signal has fired by then. */
  stop(): void;
}
