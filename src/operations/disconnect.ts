import { type Route, route } from "../route.ts";
import { texts } from "./inputs.ts";
import type { OperationsParts } from "./parts.ts";
import type { DisconnectInput, DisconnectResult } from "./types.ts";
import { RETENTION_MS } from "./watch.ts";

/** Cuts a client's link without a word: it resumes. */
export function disconnect({ inspection }: OperationsParts): Route<DisconnectInput, DisconnectResult> {
  return route({
    input: texts("connectionId"),
    retentionMs: RETENTION_MS,
    // oxlint-disable-next-line require-yield -- it is done before there is anything to tell
    async *run({ input: { connectionId }, principal, log }) {
      const closed = inspection().cut(connectionId);
      if (closed) log.info({ operator: principal?.id, cut: connectionId }, "an operator cuts a connection");
      return { closed };
    },
  });
}
