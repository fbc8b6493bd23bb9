import { type Authorize, type Dialect, type Gateway, type JsonObject, gateway, route, textDelta } from "sluice";
import type { Feed } from "./feed.ts";

/** What an app would speak: one small object a chunk. */
const dialect: Dialect = {
  name: "bench",
  encode(_start, event) {
    if (event.type === "text-delta") return { type: "chunk", content: event.text };
    return event.type === "complete" ? { type: "finish", content: event.text } : undefined;
  },
  error: ({ code, message }) => ({ type: "error", code, message }),
};

/** Takes whatever comes. */
const anything = {
  "~standard": { version: 1, vendor: "bench", validate: (value: unknown) => ({ value: value as JsonObject }) },
} as const;

/** Answers of what the feed brings. */
export function benchGateway(feed: Feed, authorize?: Authorize): Gateway {
  const { chunks, together } = feed.job;
  const go = route({
    input: anything,
    async *run() {
      const line = feed.open();
      for (let sent = 0; sent < chunks; sent += together) {
        await line.arrival();
        for (let i = 0; i < together; i += 1) yield textDelta(line.text());
      }
      line.close();
    },
  });
  return gateway({ routes: { go }, dialect, ...(authorize !== undefined && { authorize }) });
}
