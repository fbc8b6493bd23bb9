import { toSluiceError } from "./protocol/errors.ts";
import type { ProgressEvent, Usage } from "./protocol/events.ts";
import type { ModelAnswer, ModelRequest, Source } from "./source.ts";
import type { RunTrace } from "./tracing.ts";
import { addUsage } from "./usage.ts";

/** A source whose calls are told to a run's trace. */
export function tracedSource(source: Source, trace: RunTrace): Source {
  return { ...source, modelId: source.modelId, stream: (request) => traced(source, trace, request) };
}

async function* traced(
  source: Source,
  trace: RunTrace,
  request: ModelRequest,
): AsyncGenerator<ProgressEvent | readonly ProgressEvent[], ModelAnswer, void> {
  const { modelId = source.modelId, maxTokens, temperature } = request;
  const call = trace.call({
    provider: source.provider ?? "_OTHER",
    modelId,
    ...(maxTokens !== undefined && { maxTokens }),
    ...(temperature !== undefined && { temperature }),
  });
  const steps = source.stream(request);
  let [begun, over] = [false, false];
  let usage: Usage | undefined;
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) {
        over = true;
        call.ended(step.value, step.value.usage ?? usage);
        return step.value;
      }
      if (!begun) call.began();
      begun = true;
      for (const event of [step.value].flat()) if (event.type === "usage") usage = addUsage(usage, event);
      yield step.value;
    }
  } catch (thrown) {
    over = true;
    call.failed(toSluiceError(thrown).code);
    throw thrown;
  } finally {
    // Whoever listened has left.
    if (!over) call.failed("cancelled");
    await steps.return(undefined as never);
  }
}
