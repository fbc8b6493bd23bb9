/** The proof app as a process: the test ends it by signals, and starts it again on the same store. */
import { pinoLogger, serve } from "sluice/node";
import { bedrock } from "sluice/source/bedrock";
import { sqlite } from "sluice/store/sqlite";
import type { DeploymentOptions } from "./deployment.ts";
import { MODEL_ID } from "./model.ts";
import { proof } from "./proof-app.ts";

const { PORT, PROOF_STORE, PROOF_MODEL, PROOF_OPTIONS } = process.env;
const server = await serve(
  { proof },
  {
    store: sqlite(PROOF_STORE!),
    source: bedrock({ modelId: MODEL_ID, endpoint: PROOF_MODEL! }),
    port: Number(PORT),
    logger: pinoLogger("info", process.stderr),
    ...(JSON.parse(PROOF_OPTIONS!) as DeploymentOptions),
  },
);
process.stdout.write(`The proof app listens at ${server.url}.\n`);
