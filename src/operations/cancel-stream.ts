import { status } from "../protocol/events.ts";
import { type Route, route } from "../route.ts";
import { texts } from "./inputs.ts";
import type { OperationsParts } from "./parts.ts";
import type { CancelResult, StreamKey } from "./types.ts";
import { RETENTION_MS } from "./watch.ts";

/** How long the stream's end is waited for. */
const PATIENCE_MS = 5000;

/** Cancels any app's stream, wherever it runs. */
export function cancelStream({ inspection, clock }: OperationsParts): Route<StreamKey, CancelResult> {
  return route({
    input: texts("app", "streamId"),
    retentionMs: RETENTION_MS,
    async *run({ input: { app, streamId }, principal, log }) {
      const seen = inspection();
      const head = await seen.find(app, streamId);
      if (head.state !== "running") return { state: head.state };
      log.info({ operator: principal?.id, cancelled: `${app}/${streamId}` }, "an operator cancels a stream");
      yield status("Cancelling");
      await seen.cancel(head);
      const { promise: late, resolve } = Promise.withResolvers<undefined>();
      const stopWaiting = clock.after(PATIENCE_MS, () => resolve(undefined));
      const ended = await Promise.race([seen.whenEnded(streamId), late]);
      stopWaiting();
      return { state: ended?.state ?? head.state };
    },
  });
}
