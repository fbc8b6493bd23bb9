/** The server under fuzz as a process of its own, so that its memory and its life can be watched. */
import { join } from "node:path";
import { pinoLogger, serve } from "sluice/node";
import { sqlite } from "sluice/store/sqlite";
import { fuzzed } from "./fuzz-app.ts";

const { gc } = globalThis as { gc?: () => void };
const { FUZZ_FOLDER, FUZZ_LIMITS } = process.env;
const server = await serve(
  { fuzz: fuzzed },
  {
    store: sqlite(join(FUZZ_FOLDER!, "fuzz.db")),
    source: {
      modelId: "none",
      stream() {
        throw new Error("There is no model here.");
      },
    },
    port: 0,
    signals: false,
    logger: pinoLogger("warn", process.stderr),
    limits: JSON.parse(FUZZ_LIMITS!) as object,
  },
);
process.on("message", (asked) => {
  if (asked === "state") {
    gc!();
    gc!();
    const { heapUsed, external, rss } = process.memoryUsage();
    const { connections, runsRunning } = server.engine.metrics;
    process.send!({ state: { used: heapUsed + external, rss, connections, runsRunning } });
  } else if (asked === "close") {
    void server.close().then(() => process.exit(0));
  }
});
process.on("disconnect", () => process.exit(1));
process.send!({ port: server.port });
