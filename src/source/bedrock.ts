import type { BedrockRuntimeClient, ConverseStreamCommandInput } from "@aws-sdk/client-bedrock-runtime";
import type { Source } from "../source.ts";
import { type ClientOptions, createClient } from "./bedrock/client.ts";
import { ConverseCall } from "./bedrock/converse-call.ts";
import { converseInput } from "./bedrock/converse-input.ts";
import { toFailure } from "./bedrock/failure.ts";
import { ask, type Patience } from "./upstream/ask.ts";

export interface BedrockOptions extends ClientOptions, Patience {
  /** A model's or an inference profile's id, or an ARN. */
  readonly modelId: string;
  /** Takes the place of `region`, `endpoint` and `credentials`. Its own attempts count among `maxAttempts`. */
  readonly client?: BedrockRuntimeClient;
  /** Further fields of every request: `guardrailConfig`, `additionalModelRequestFields` … A request's tools replace `toolConfig`. */
  readonly input?: Omit<ConverseStreamCommandInput, "modelId" | "messages" | "system">;
}

/**
 * Models of Amazon Bedrock by ConverseStream. When the request's signal fires, `stream` throws the signal's reason; everything
 * else it throws is a SluiceError: `upstream_error`, `upstream_throttled`, `upstream_truncated`, `bad_request` or `timeout`.
 */
export function bedrock(options: BedrockOptions): Source {
  const { modelId, input = {}, client = createClient(options) } = options;
  return {
    modelId,
    provider: "aws.bedrock",
    stream: (request) =>
      ask(
        { begin: () => new ConverseCall(client, converseInput(request, input, modelId)), toFailure },
        request.signal,
        options,
      ),
  };
}
