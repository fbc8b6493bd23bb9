import { SluiceError } from "./protocol/errors.ts";
import type { ProgressEvent } from "./protocol/events.ts";
import type { ContentPart, ModelAnswer, ModelRequest, Source } from "./source.ts";

/**
 * A source whose calls, all together, may use `maxTokens` tokens, read and written. What a call used is what its usage events
 * say. Until it has told, it is estimated: one token for each four UTF-8 bytes of text, of what was asked and of what came so
 * far; images count nothing. Most texts come to more tokens than that, so that no call is stopped which had still room, and a
 * run passes its ceiling at most by what the estimates of the calls under way are short. A call that ends without telling
 * counts with its estimate.
 *
 * A call for which nothing is left is refused before it goes upstream; one that comes to the ceiling is stopped, after what it
 * has said was yielded. Both throw `payload_too_large`: the request is too large for its route, and repeating it would cost the
 * same again and fail again, so that it must be a code which is not for retrying.
 */
export function meteredSource(source: Source, maxTokens: number): Source {
  const budget = new Budget(maxTokens);
  return { modelId: source.modelId, stream: (request) => metered(source, request, budget) };
}

/**
 * Models refuse a `maxTokens` above their own limit, which none of today's has below this: a request that names none is
 * given one only where less is left.
 */
const LEAST_MODEL_LIMIT = 4096;

const BYTES_PER_TOKEN = 4;

/** Why a model stopped at the `maxTokens` of its request: in Bedrock's words, in the AI SDK's. */
const CUT_OFF = ["max_tokens", "length"];

async function* metered(
  source: Source,
  request: ModelRequest,
  budget: Budget,
): AsyncGenerator<ProgressEvent | readonly ProgressEvent[], ModelAnswer, void> {
  const call = new Call(budget, askedBytes(request));
  if (budget.left <= 0) {
    call.dismiss();
    throw budget.exhausted();
  }
  const allowed = Math.floor(budget.left);
  const capped = allowed < (request.maxTokens ?? LEAST_MODEL_LIMIT);
  const steps = source.stream(capped ? { ...request, maxTokens: allowed } : request);
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) {
        call.ended(step.value);
        if (capped && CUT_OFF.includes(step.value.stopReason)) throw budget.exhausted();
        return step.value;
      }
      if (Array.isArray(step.value)) for (const event of step.value as readonly ProgressEvent[]) call.take(event);
      else call.take(step.value as ProgressEvent);
      yield step.value;
      // Where all it used is told it has nothing more to say, as a rule: its answer is whole, and the next call is refused.
      if (budget.left < 0 && call.estimated) throw budget.exhausted();
    }
  } finally {
    await steps.return(undefined as never);
  }
}

/** What all calls of one run may use together. */
class Budget {
  readonly #maxTokens: number;
  #used = 0;

  constructor(maxTokens: number) {
    this.#maxTokens = maxTokens;
  }

  /** Tokens; below zero where more was used. */
  get left(): number {
    return this.#maxTokens - this.#used;
  }

  use(tokens: number): void {
    this.#used += tokens;
  }

  exhausted(): SluiceError {
    return new SluiceError("payload_too_large", `The run came to its ceiling of ${this.#maxTokens} tokens.`);
  }
}

/** One model call's part in the budget. */
class Call {
  readonly #budget: Budget;
  /** What of the budget's use is only estimated. */
  #estimate = 0;
  #told = false;

  constructor(budget: Budget, bytes: number) {
    this.#budget = budget;
    this.#guess(bytes);
  }

  /** Whether something of its use is only estimated. */
  get estimated(): boolean {
    return this.#estimate > 0;
  }

  take(event: ProgressEvent): void {
    if (event.type === "usage") this.#learn(event.inputTokens + event.outputTokens);
    else if (event.type === "text-delta" || event.type === "reasoning-delta")
      this.#guess(Buffer.byteLength(event.text));
    else if (event.type === "tool-call") this.#guess(jsonBytes(event.input));
  }

  ended({ usage }: ModelAnswer): void {
    if (this.#told) this.dismiss();
    else if (usage !== undefined) this.#learn(usage.inputTokens + usage.outputTokens);
  }

  /** Takes the estimate back. */
  dismiss(): void {
    this.#budget.use(-this.#estimate);
    this.#estimate = 0;
  }

  #guess(bytes: number): void {
    const tokens = bytes / BYTES_PER_TOKEN;
    this.#estimate += tokens;
    this.#budget.use(tokens);
  }

  #learn(tokens: number): void {
    this.dismiss();
    this.#told = true;
    this.#budget.use(tokens);
  }
}

function askedBytes({ system = "", messages, tools }: ModelRequest): number {
  let bytes = Buffer.byteLength(system) + (tools === undefined ? 0 : jsonBytes(tools));
  for (const { content } of messages) {
    if (typeof content === "string") bytes += Buffer.byteLength(content);
    else for (const part of content) bytes += partBytes(part);
  }
  return bytes;
}

function partBytes(part: ContentPart): number {
  switch (part.type) {
    case "text":
      return Buffer.byteLength(part.text);
    case "image":
      return 0;
    case "tool-call":
      return jsonBytes(part.input);
    case "tool-result":
      return jsonBytes(part.output ?? part.error);
  }
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}
