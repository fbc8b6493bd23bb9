/** One node of several as a process: the test ends it by signals, and starts it again on the same store. */
import { pinoLogger, serve } from "sluice/node";
import { bedrock } from "sluice/source/bedrock";
import { redis } from "sluice/store/redis";
import { sqlite } from "sluice/store/sqlite";
import { MODEL_ID } from "./model.ts";
import { surviving } from "./surviving-app.ts";

const { PORT, NODE_STORE, NODE_MODEL, NODE_LEASE_MS, NODE_GRACE_MS } = process.env;
const store = NODE_STORE!;
const server = await serve(
  { surviving },
  {
    store: store.startsWith("redis:") ? redis({ url: store, leaseMs: Number(NODE_LEASE_MS) }) : sqlite(store),
    source: bedrock({ modelId: MODEL_ID, endpoint: NODE_MODEL! }),
    port: Number(PORT),
    logger: pinoLogger("info", process.stderr),
    limits: { graceMs: Number(NODE_GRACE_MS) },
    allowances: { principal: { concurrentRuns: 1000 } },
  },
);
process.stdout.write(`A node listens at ${server.url}.\n`);
