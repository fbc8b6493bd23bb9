import type { Event, ProgressEvent } from "./protocol/events.ts";
import type { SoFar } from "./so-far.ts";
import type { ModelAnswer, ModelMessage, ModelRequest, Source } from "./source.ts";
import { addUsage } from "./usage.ts";

/** What the model is asked behind its own unfinished answer. Models refuse a conversation that ends with their own turn. */
export const GO_ON: string =
  "Your answer was cut off where it ends above. Go on exactly there: begin with the very next character, repeat nothing of it, " +
  "and say nothing about the interruption.";

/**
 * The model of a handler that asks it once, in a run that goes on for a dead one: it is asked to go on from the text so far, and
 * gives the whole answer back. Where the dead run had the whole answer already, which a usage event behind its last text shows,
 * nothing is asked again. Without text so far the source is as it was.
 */
export function continuedSource(source: Source, soFar: SoFar | undefined): Source {
  if (soFar === undefined || soFar.text === "") return source;
  const { modelId } = source;
  return {
    ...source,
    stream: (request) =>
      isWhole(soFar.events) ? whole(soFar, request.modelId ?? modelId) : rest(source, soFar, request),
  };
}

/** Why the dead run's model stopped is in no event. */
const UNKNOWN = "unknown";

/** A model tells what a call used when it is over. */
function isWhole(events: readonly Event[]): boolean {
  const types = events.map(({ type }) => type);
  return types.lastIndexOf("usage") > types.lastIndexOf("text-delta");
}

// oxlint-disable-next-line require-yield -- nothing is new
async function* whole({ text, usage }: SoFar, modelId: string): AsyncGenerator<ProgressEvent, ModelAnswer, void> {
  return { text, modelId, stopReason: UNKNOWN, ...(usage !== undefined && { usage }) };
}

async function* rest(
  source: Source,
  soFar: SoFar,
  request: ModelRequest,
): AsyncGenerator<ProgressEvent | readonly ProgressEvent[], ModelAnswer, void> {
  // Models refuse a turn that is blank.
  const said: readonly ModelMessage[] = /\S/.test(soFar.text)
    ? [
        { role: "assistant", content: soFar.text },
        { role: "user", content: GO_ON },
      ]
    : [];
  const answer = yield* source.stream({ ...request, messages: [...request.messages, ...said] });
  const usage = answer.usage === undefined ? soFar.usage : addUsage(soFar.usage, answer.usage);
  return { ...answer, text: soFar.text + answer.text, ...(usage !== undefined && { usage }) };
}
