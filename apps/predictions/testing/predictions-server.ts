import { type Clock, systemClock } from "sluice";
import { type BedrockEmulator, FLAT_OUT, type Pace, type StandIn, startBedrockEmulator } from "sluice/emulator/bedrock";
import { type Server, serve } from "sluice/node";
import { bedrock } from "sluice/source/bedrock";
import { memory } from "sluice/store/memory";
import { predictions } from "../index.ts";
import { predictionsStandIn } from "../offline.ts";

const MODEL_ID = "offline.predictions";

export interface PredictionsServer extends AsyncDisposable {
  readonly url: string;
  readonly emulator: BedrockEmulator;
}

/** A Wednesday noon in UTC. */
export const NOW: number = Date.parse("2025-01-15T12:00:00Z");

/** The machine's clock, but the date is always `NOW`. */
export const fixedClock: Clock = { ...systemClock, now: () => NOW };

/** The system on any free port, everything in memory, with any stand-in for its model. */
export async function startPredictions(
  options: { readonly standIn?: StandIn; readonly pace?: Pace; readonly clock?: Clock } = {},
): Promise<PredictionsServer> {
  const { standIn = predictionsStandIn, pace = FLAT_OUT, clock = fixedClock } = options;
  const emulator = await startBedrockEmulator({ models: { [MODEL_ID]: standIn }, pace });
  const source = bedrock({ modelId: MODEL_ID, endpoint: emulator.url });
  const server: Server = await serve(
    { predictions: predictions(clock) },
    { store: memory(), source, port: 0, signals: false },
  );
  return {
    url: server.url,
    emulator,
    async [Symbol.asyncDispose]() {
      await server.close();
      await emulator.close();
    },
  };
}
