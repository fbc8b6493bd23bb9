import { entriesOf } from "./entries.ts";
import { ERRORS } from "./protocol/errors.ts";
import type { ErrorEvent, Event, Usage } from "./protocol/events.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";
import { addUsage } from "./usage.ts";

/** What whoever follows an interrupted run is told, whether its own process ends it or another. */
export const STOPPED = "The server was stopped before the answer was complete.";

const INTERRUPTED: ErrorEvent = {
  type: "error",
  code: "interrupted",
  message: STOPPED,
  retryable: ERRORS.interrupted.retry,
};

/** Ends a run that nobody runs any more; does nothing where another has taken it over, or it has ended. */
export async function interrupt(services: Services, head: StreamHead): Promise<void> {
  const { store, clock, ledger, logger, metrics, bus } = services;
  const term = await store.takeover(head.streamId, head.epochs.length, clock.now());
  if (term === undefined) return;
  // Nothing but the sum is lost where it cannot be read: the stream must end all the same.
  const usage = await usageOf(services, head.streamId).catch((thrown: unknown) => {
    logger.error({ err: thrown, streamId: head.streamId }, "a dead run's usage cannot be read");
    return undefined;
  });
  const end: ErrorEvent = usage === undefined ? INTERRUPTED : { ...INTERRUPTED, usage };
  const [appended] = await store.append([
    {
      streamId: head.streamId,
      epoch: term.epoch,
      seq: term.seq,
      at: clock.now(),
      events: [JSON.stringify(end)],
      end: "error",
    },
  ]);
  if (appended!.outcome === "failed") throw appended!.error;
  // Another was quicker, and has done the rest.
  if (appended!.outcome === "fenced") return;
  bus?.publish(head.streamId);
  metrics.runsEnded.error += 1;
  ledger.add(head.app, head.owner, usage);
  logger.warn({ app: head.app, streamId: head.streamId }, "ended a run that its process left behind");
  await services.interrupted?.(head, term.epoch);
}

/** The sum of the stream's usage events; undefined where it has none. */
async function usageOf(services: Services, streamId: string): Promise<Usage | undefined> {
  let sum: Usage | undefined;
  for await (const { json } of entriesOf(services, streamId)) {
    // Most events are text: they are not parsed.
    if (!json.includes('"usage"')) continue;
    const event = JSON.parse(json) as Event;
    if (event.type === "usage") sum = addUsage(sum, event);
  }
  return sum;
}
