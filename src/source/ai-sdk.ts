import type { LanguageModel } from "ai";
import { SluiceError } from "../protocol/errors.ts";
import type { ModelRequest, Source } from "../source.ts";
import { toFailure } from "./ai-sdk/failure.ts";
import { StreamTextCall } from "./ai-sdk/stream-text-call.ts";
import { ask, type Patience } from "./upstream/ask.ts";

export interface AiSdkOptions extends Patience {
  /** Any language model of the AI SDK, or the name of one that its gateway knows. */
  readonly model: LanguageModel;
  /** Gives the model of a request that names another one, as a provider does; without it such a request is `bad_request`. */
  readonly models?: (modelId: string) => LanguageModel;
}

/**
 * Language models of the Vercel AI SDK by `streamText`. When the request's signal fires, `stream` throws the signal's reason;
 * everything else it throws is a SluiceError: `upstream_error`, `upstream_throttled`, `upstream_truncated`, `bad_request` or
 * `timeout`. Tools are described to the model and never run here.
 */
export function aiSdk(options: AiSdkOptions): Source {
  const modelId = idOf(options.model);
  const provider = providerOf(options.model);
  return {
    modelId,
    ...(provider !== undefined && { provider }),
    stream: (request) =>
      ask(
        { begin: () => new StreamTextCall(...modelOf(request, options), request), toFailure },
        request.signal,
        options,
      ),
  };
}

function modelOf(request: ModelRequest, { model, models }: AiSdkOptions): [model: LanguageModel, modelId: string] {
  const own = idOf(model);
  const { modelId = own } = request;
  if (modelId === own) return [model, own];
  if (models === undefined) throw new SluiceError("bad_request", `There is no model "${modelId}".`);
  return [models(modelId), modelId];
}

/** The SDK calls its providers like `openai.chat`. */
function providerOf(model: LanguageModel): string | undefined {
  return typeof model === "string" ? undefined : model.provider.split(".")[0];
}

function idOf(model: LanguageModel): string {
  return typeof model === "string" ? model : model.modelId;
}
