/** The server under the flood: Sluice on SQLite with a route of timed tokens, and allowances for two tenants. */
import { gateway } from "sluice";
import { nativeDialect } from "sluice/dialect/native";
import { serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { sqlite } from "sluice/store/sqlite";
import { timed } from "../timed-route.ts";

const [path] = process.argv.slice(2).map((text) => JSON.parse(text) as string);

const server = await serve(
  {
    flood: gateway({
      routes: { timed },
      dialect: { name: "flat", encode: nativeDialect.encode, error: nativeDialect.error },
      authorize: ({ token }) => (token === undefined ? undefined : { id: token, tenant: token }),
    }),
  },
  {
    store: sqlite(path!, { durability: "process" }),
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
