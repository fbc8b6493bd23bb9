import { ERRORS } from "./protocol/errors.ts";
import type { ErrorEvent } from "./protocol/events.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";

const INTERRUPTED: ErrorEvent = {
  type: "error",
  code: "interrupted",
  message: "The server was stopped before the answer was complete.",
  retryable: ERRORS.interrupted.retry,
};

/** Ends, as `interrupted`, every run whose process died (law 5). */
export async function recover(services: Services): Promise<void> {
  for (const head of await services.store.abandoned()) await interrupt(services, head);
}

async function interrupt(services: Services, head: StreamHead): Promise<void> {
  const { store, clock, logger, metrics } = services;
  const term = await store.takeover(head.streamId, head.epochs.length);
  if (term === undefined) return;
  const [appended] = await store.append([
    {
      streamId: head.streamId,
      epoch: term.epoch,
      seq: term.seq,
      at: clock.now(),
      events: [JSON.stringify(INTERRUPTED)],
      end: "error",
    },
  ]);
  if (appended!.outcome === "failed") throw appended!.error;
  metrics.runsEnded.error += 1;
  logger.warn({ app: head.app, streamId: head.streamId }, "ended a run that its process left behind");
}
