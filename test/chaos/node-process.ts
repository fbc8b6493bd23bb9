/** One node of the chaos run: the numbered tokens over Redis, in a process that the campaign ends as it likes. */
import { pinoLogger, serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { redis } from "sluice/store/redis";
import { app } from "./tokens-app.ts";

const { PORT, CHAOS_REDIS, CHAOS_LEASE_MS, CHAOS_GRACE_MS } = process.env;
const server = await serve(
  { app },
  {
    store: redis({ url: CHAOS_REDIS!, leaseMs: Number(CHAOS_LEASE_MS) }),
    source: iterable(() => []),
    port: Number(PORT),
    limits: { graceMs: Number(CHAOS_GRACE_MS), sweepMs: 10_000, heartbeatMs: 2000, stallMs: 20_000 },
    logger: pinoLogger("warn", process.stderr),
  },
);
process.stdout.write(`Listening at ${server.url}.\n`);
