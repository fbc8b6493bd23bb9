import type { Source } from "sluice";
import { type BedrockEmulator, type Pace, type StandIn, startBedrockEmulator } from "sluice/emulator/bedrock";
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

/** A system's stand-in, or one for each of its model ids; the first one answers where a request names none. */
export type StandInsByApp = Readonly<Record<string, StandIn | Readonly<Record<string, StandIn>>>>;

/** Connects to the model; offline, the real SDK talks to a Bedrock emulator in this process. */
export async function openSources(model: ModelSetting, byApp: StandInsByApp = standIns): Promise<Sources> {
  switch (model.kind) {
    case "bedrock": {
      const { modelId, region } = model;
      return remote(bedrock({ modelId, ...(region !== undefined && { region }) }));
    }
    case "openai":
      return remote(await openAiSource(model));
    case "offline": {
      if (model.endpoint !== undefined) return offline(model.endpoint, byApp, async () => {});
      const emulator = await startStandIns(model.pace, byApp);
      return offline(emulator.url, byApp, () => emulator.close());
    }
  }
}

/** A Bedrock emulator in which the stand-ins of all systems answer. */
export function startStandIns(pace: Pace, byApp: StandInsByApp = standIns): Promise<BedrockEmulator> {
  const models = Object.assign({}, ...Object.keys(byApp).map((app) => modelsOf(app, byApp))) as Record<string, StandIn>;
  return startBedrockEmulator({ models, pace, keepCalls: 0 });
}

/** The SDK is loaded by those who use it. */
async function openAiSource({ modelId, baseUrl, apiKey }: Extract<ModelSetting, { kind: "openai" }>): Promise<Source> {
  const [{ aiSdk }, { createOpenAICompatible }] = await Promise.all([
    import("sluice/source/ai-sdk"),
    import("@ai-sdk/openai-compatible"),
  ]);
  // Standard error holds the log, one JSON object a line.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const models = createOpenAICompatible({
    name: "openai",
    baseURL: baseUrl,
    includeUsage: true,
    ...(apiKey !== undefined && { apiKey }),
  });
  return aiSdk({ model: models(modelId), models });
}

function remote(source: Source): Sources {
  return { of: () => source, model: source.modelId, standIn: false, [Symbol.asyncDispose]: async () => {} };
}

function offline(endpoint: string, byApp: StandInsByApp, close: () => Promise<void>): Sources {
  const sources = new Map(
    Object.keys(byApp).map((app) => {
      const [modelId] = Object.keys(modelsOf(app, byApp));
      return [app, bedrock({ modelId: modelId!, endpoint })];
    }),
  );
  return {
    of: (app) => sources.get(app)!,
    model: "offline",
    standIn: true,
    [Symbol.asyncDispose]: close,
  };
}

function modelsOf(app: string, byApp: StandInsByApp): Readonly<Record<string, StandIn>> {
  const own = byApp[app]!;
  return typeof own === "function" ? { [standInModelId(app)]: own } : own;
}
