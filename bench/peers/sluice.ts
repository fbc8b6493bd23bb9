/** Sluice as its users run it; the first option is the store's durability. */
import { join } from "node:path";
import { type Dialect, type JsonObject, gateway, route, textDelta } from "sluice";
import { serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { type Durability, sqlite } from "sluice/store/sqlite";
import type { Feed } from "./feed.ts";
import { servePeer } from "./harness.ts";

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

await servePeer(async (feed, { folder, options }) => {
  const durability = options[0] as Durability;
  const server = await serve(
    { bench: gateway({ routes: { go: answerRoute(feed) }, dialect }) },
    {
      store: sqlite(join(folder, "bench.db"), { durability }),
      source: iterable(() => []),
      port: 0,
      signals: false,
    },
  );
  return server.port;
});

function answerRoute(feed: Feed): ReturnType<typeof route<typeof anything, void>> {
  const { chunks, together } = feed.job;
  return route({
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
}
