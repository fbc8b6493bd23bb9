import type { Source } from "sluice";
import { startBedrockEmulator } from "sluice/emulator/bedrock";
import { bedrock } from "sluice/source/bedrock";
import type { ModelSetting } from "./environment.ts";
import { standInModelId, standIns } from "./stand-ins.ts";

/** The models of all systems. */
export interface Sources extends AsyncDisposable {
  /** The model that answers for an app. */
  readonly of: (app: string) => Source;
  /** The model's name for people; `offline` for the stand-ins. */
  readonly model: string;
  /** Whether rules answer instead of a model. */
  readonly standIn: boolean;
}

/** Connects to the model; offline, the real SDK talks to a Bedrock emulator in this process. */
export async function openSources(model: ModelSetting): Promise<Sources> {
  if (model.kind === "bedrock") {
    const { modelId, region } = model;
    const source = bedrock({ modelId, ...(region !== undefined && { region }) });
    return { of: () => source, model: modelId, standIn: false, [Symbol.asyncDispose]: async () => {} };
  }
  const models = Object.fromEntries(Object.entries(standIns).map(([app, standIn]) => [standInModelId(app), standIn]));
  const emulator = await startBedrockEmulator({ models, pace: model.pace, keepCalls: 0 });
  const sources = new Map(
    Object.keys(standIns).map((app) => [app, bedrock({ modelId: standInModelId(app), endpoint: emulator.url })]),
  );
  return {
    of: (app) => sources.get(app)!,
    model: "offline",
    standIn: true,
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}
