import { type LambdaOptions, pinoLogger } from "sluice/lambda";
import { bedrock } from "sluice/source/bedrock";
import { dynamodb } from "sluice/store/dynamodb";
import type { DeploymentOptions } from "../deployment.ts";
import { MODEL_ID } from "../model.ts";

const { SLUICE_STORE, SLUICE_WORKER, SLUICE_CALLBACK_URL, PROOF_MODEL, PROOF_OPTIONS, PROOF_LEASE_MS } = process.env;

/** How the proof app's functions are composed. */
export const options: LambdaOptions = {
  store: () =>
    dynamodb({
      table: SLUICE_STORE!.replace("dynamodb:", ""),
      ...(PROOF_LEASE_MS !== undefined && { leaseMs: Number(PROOF_LEASE_MS) }),
    }),
  source: async () => bedrock({ modelId: MODEL_ID, endpoint: PROOF_MODEL! }),
  worker: SLUICE_WORKER!,
  callbackUrl: SLUICE_CALLBACK_URL!,
  coalesceMs: 20,
  logger: pinoLogger("warn"),
  ...(JSON.parse(PROOF_OPTIONS!) as DeploymentOptions),
};
