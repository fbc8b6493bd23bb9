import type { Event, Run } from "sluice/client";

/** A run that has ended with this text long ago, as the components want it; no server knows it. */
export function finishedRun(text: string): Run {
  const events: readonly Event[] = [{ type: "complete", text }];
  return {
    streamId: undefined,
    started: Promise.resolve(""),
    requestId: undefined,
    offset: undefined,
    text,
    state: "complete",
    timings: { requestedAt: 0, chunks: 0, resumes: 0, gaps: [], duplicates: 0 },
    seen: undefined,
    error: undefined,
    result: Promise.resolve(undefined),
    cancel: () => Promise.resolve(),
    detach() {},
    shown() {},
    subscribe: () => () => {},
    async *[Symbol.asyncIterator]() {
      yield* events;
      return undefined;
    },
  };
}
