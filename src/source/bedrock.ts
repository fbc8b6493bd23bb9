import type { BedrockRuntimeClient, ConverseStreamCommandInput } from "@aws-sdk/client-bedrock-runtime";
import { type Clock, systemClock } from "../clock.ts";
import type { ProgressEvent } from "../protocol/events.ts";
import type { ModelAnswer, ModelRequest, Source } from "../source.ts";
import { type ClientOptions, createClient } from "./bedrock/client.ts";
import { type Failure, silent, toFailure, truncated } from "./bedrock/failure.ts";
import { UpstreamCall } from "./bedrock/upstream-call.ts";

export interface BedrockOptions extends ClientOptions {
  /** A model's or an inference profile's id, or an ARN. */
  readonly modelId: string;
  /** Takes the place of `region`, `endpoint` and `credentials`. Its own attempts count among `maxAttempts`. */
  readonly client?: BedrockRuntimeClient;
  /** How often one answer is asked for at most, while nothing of it was seen; default 3. */
  readonly maxAttempts?: number;
  /** How long the model may be silent; default 60 s. */
  readonly inactivityMs?: number;
  /** Further fields of every request: `toolConfig`, `guardrailConfig`, `additionalModelRequestFields` … */
  readonly input?: Omit<ConverseStreamCommandInput, "modelId" | "messages" | "system">;
  readonly clock?: Clock;
}

/**
 * Models of Amazon Bedrock by ConverseStream. When the request's signal fires, `stream` throws the signal's reason; everything
 * else it throws is a SluiceError: `upstream_error`, `upstream_throttled`, `upstream_truncated`, `bad_request` or `timeout`.
 */
export function bedrock(options: BedrockOptions): Source {
  const settings = {
    client: options.client ?? createClient(options),
    maxAttempts: options.maxAttempts ?? 3,
    inactivityMs: options.inactivityMs ?? 60_000,
    clock: options.clock ?? systemClock,
  };
  return {
    modelId: options.modelId,
    stream: (request) => streamAnswer(settings, inputOf(request, options), request.signal),
  };
}

interface Settings {
  readonly client: BedrockRuntimeClient;
  readonly maxAttempts: number;
  readonly inactivityMs: number;
  readonly clock: Clock;
}

async function* streamAnswer(
  settings: Settings,
  input: ConverseStreamCommandInput & { modelId: string },
  signal: AbortSignal,
): AsyncGenerator<readonly ProgressEvent[], ModelAnswer, void> {
  const { client, clock, maxAttempts, inactivityMs } = settings;
  for (let attempts = 0; ;) {
    signal.throwIfAborted();
    const call = new UpstreamCall({ signal, clock, inactivityMs });
    let failure: Failure | undefined;
    let streaming = false;
    let yielded = false;
    try {
      for (;;) {
        let events: readonly ProgressEvent[] | undefined;
        // Only what comes from upstream is named here: what the reader of this generator throws into it passes through.
        try {
          if (!streaming) await call.open(client, input);
          streaming = true;
          events = await call.next();
        } catch (thrown) {
          failure = toFailure(thrown, streaming);
          break;
        }
        if (events === undefined || signal.aborted) break;
        if (events.length > 0) {
          yielded = true;
          yield events;
        }
      }
    } finally {
      call.close();
    }
    signal.throwIfAborted();
    if (call.timeout !== undefined) failure = silent(call.timeout);
    // After the end mark, what broke on the way costs the usage only (law 10).
    if (call.reader?.complete && (failure === undefined || failure.broken)) return call.reader.answer(input.modelId);
    failure ??= truncated();
    attempts += failure.attempts;
    if (yielded || !failure.retry || attempts >= maxAttempts) throw failure.error;
    await pause(backoffMs(attempts), clock, signal);
  }
}

function inputOf(request: ModelRequest, options: BedrockOptions): ConverseStreamCommandInput & { modelId: string } {
  const { maxTokens, temperature, system, modelId = options.modelId } = request;
  return {
    ...options.input,
    modelId,
    messages: request.messages.map(({ role, content }) => ({ role, content: [{ text: content }] })),
    ...(system !== undefined && system !== "" && { system: [{ text: system }] }),
    inferenceConfig: {
      ...options.input?.inferenceConfig,
      ...(maxTokens !== undefined && { maxTokens }),
      ...(temperature !== undefined && { temperature }),
    },
  };
}

/** 250 ms, doubled with each attempt, of which half is chance, so that those who failed together do not come back together. */
function backoffMs(attempts: number): number {
  const full = Math.min(250 * 2 ** (attempts - 1), 8000);
  return full / 2 + (Math.random() * full) / 2;
}

/** Ends early when the signal fires. */
function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stop = clock.after(ms, done);
    signal.addEventListener("abort", done, { once: true });
  });
}
