import type { DataEvent } from "../protocol/events.ts";
import { type Route, route } from "../route.ts";
import { Changes } from "./changes.ts";
import { data } from "./data.ts";
import { texts } from "./inputs.ts";
import { PaceSampler } from "./pace-sampler.ts";
import type { OperationsParts } from "./parts.ts";
import { connectionRows, streamRows } from "./rows.ts";
import { Signal, onceAborted } from "./signal.ts";
import type { ConnectionRow, StreamRow, WatchInput, WatchResult } from "./types.ts";

const EVERY_MS = 1000;
const LONGEST_MS = 600_000;

/** How long an operator may be away before what is shown to him ends. */
export const UNWATCHED_MS = 10_000;
/** How long what he was shown is kept. */
export const RETENTION_MS = 60_000;

/** What goes on in this process, once a second. */
export function watch({ inspection, node, clock }: OperationsParts): Route<WatchInput, WatchResult> {
  return route({
    input: texts(),
    stopWhenUnwatchedMs: UNWATCHED_MS,
    retentionMs: RETENTION_MS,
    timeoutMs: 2 * LONGEST_MS,
    async *run({ signal }) {
      const seen = inspection();
      const until = clock.now() + LONGEST_MS;
      const streams = new Changes<StreamRow>(({ streamId }) => streamId);
      const connections = new Changes<ConnectionRow>(({ id }) => id);
      const pace = new PaceSampler(seen, clock.now());
      const tick = new Signal();
      const stopListening = onceAborted([signal, seen.closing], () => tick.give());
      let stopTimer = (): void => {};
      try {
        yield data("node", { ...node, now: clock.now() });
        while (!signal.aborted && !seen.closing.aborted && clock.now() < until) {
          const sample: DataEvent[] = [
            ...streams.since(streamRows(seen)).map((changes) => data("streams", changes)),
            ...connections.since(connectionRows(seen)).map((changes) => data("connections", changes)),
            data("pace", pace.sample(clock.now())),
          ];
          yield sample;
          stopTimer = clock.after(EVERY_MS, () => tick.give());
          await tick.wait();
        }
      } finally {
        stopListening();
        stopTimer();
      }
      return { until: clock.now() };
    },
  });
}
