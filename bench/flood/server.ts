/** The server under the flood: Sluice on SQLite with a route of timed tokens, and allowances for two tenants. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gateway, route, textDelta } from "sluice";
import { nativeDialect } from "sluice/dialect/native";
import { serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { sqlite } from "sluice/store/sqlite";
import { z } from "zod";
import { chunkText } from "../job.ts";
import { microseconds } from "../microseconds.ts";

const [folder] = process.argv.slice(2).map((text) => JSON.parse(text) as string);

/** Tokens that say when they were made. */
const timed = route({
  input: z.object({ count: z.int(), everyMs: z.number() }),
  async *run({ input: { count, everyMs }, signal }) {
    const begun = performance.now();
    for (let number = 0; number < count; number += 1) {
      yield textDelta(chunkText(microseconds()));
      await pause(Math.max(0, begun + (number + 1) * everyMs - performance.now()), undefined, { signal });
    }
  },
});

const server = await serve(
  {
    flood: gateway({
      routes: { timed },
      dialect: { name: "flat", encode: nativeDialect.encode, error: nativeDialect.error },
      authorize: ({ token }) => (token === undefined ? undefined : { id: token, tenant: token }),
    }),
  },
  {
    store: sqlite(join(folder!, "flood.db"), { durability: "process" }),
    source: iterable(() => []),
    port: 0,
    signals: false,
    allowances: {
      principal: { concurrentRuns: 100, messagesPerSecond: 20 },
      tenant: { concurrentRuns: 50, connections: 200 },
      queue: { most: 10 },
    },
  },
);
process.on("message", () => process.send!(process.cpuUsage()));
process.on("disconnect", () => void server.close().then(() => process.exit()));
process.send!(server.port);
