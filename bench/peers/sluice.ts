/** Sluice as its users run it; the first option is the store's durability, or `redis`. */
import { join } from "node:path";
import { serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { redis } from "sluice/store/redis";
import { type Durability, sqlite } from "sluice/store/sqlite";
import { servePeer } from "./harness.ts";
import { benchGateway } from "./sluice-gateway.ts";

await servePeer(async (feed, { folder, options, redisPort }) => {
  const [kept] = options;
  const server = await serve(
    { bench: benchGateway(feed) },
    {
      store:
        kept === "redis"
          ? redis({ url: `redis://127.0.0.1:${redisPort}` })
          : sqlite(join(folder, "bench.db"), { durability: kept as Durability }),
      source: iterable(() => []),
      port: 0,
      signals: false,
    },
  );
  return server.port;
});
