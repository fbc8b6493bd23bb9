import {
  ContextWindowOverflowError,
  MaxTokensError,
  ModelError,
  ModelThrottledError,
  StructuredOutputError,
} from "@strands-agents/sdk";
import { SluiceError } from "../../protocol/errors.ts";

/** How Bedrock names a request that it does not take (Converse API reference). */
const REFUSED = "ValidationException";
const THROTTLED = "ThrottlingException";
/** The SDK's own words where a model's stream ends without its end mark. */
const NO_END = "Stream ended without completing";

/** What an agent threw, as one of our errors where it is about the model (M7); anything else as it was. */
export function agentError(thrown: unknown): unknown {
  const chain = causesOf(thrown);
  const ours = chain.find((error) => error instanceof SluiceError);
  if (ours !== undefined) return ours;
  const cause = { cause: thrown };
  const named = (name: string): boolean => chain.some((error) => error.name === name);
  if (thrown instanceof MaxTokensError) {
    return new SluiceError(
      "upstream_error",
      "The model came to its token limit before its answer was complete.",
      cause,
    );
  }
  if (thrown instanceof ContextWindowOverflowError) {
    return new SluiceError("bad_request", "The conversation is too long for the model.", cause);
  }
  if (thrown instanceof ModelThrottledError || named(THROTTLED)) {
    return new SluiceError("upstream_throttled", "The model has too much to do.", cause);
  }
  if (thrown instanceof StructuredOutputError) {
    return new SluiceError("upstream_error", "The model did not give its answer in the form asked for.", cause);
  }
  if (!(thrown instanceof ModelError)) return thrown;
  if (named(REFUSED)) return new SluiceError("bad_request", "The model does not take this request.", cause);
  if (thrown.message.startsWith(NO_END)) {
    return new SluiceError("upstream_truncated", "The model's answer broke off.", cause);
  }
  return new SluiceError("upstream_error", "The model failed.", cause);
}

function causesOf(thrown: unknown): Error[] {
  const chain: Error[] = [];
  for (let error = thrown; error instanceof Error && !chain.includes(error); error = error.cause) chain.push(error);
  return chain;
}
