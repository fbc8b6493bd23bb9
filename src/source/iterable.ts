import { type ProgressEvent, textDelta, type Usage } from "../protocol/events.ts";
import type { ModelAnswer, ModelRequest, Source } from "../source.ts";

/** What a generator of one's own may yield: text, or any event. */
export type Yielded = string | ProgressEvent;

export interface IterableOptions {
  /** Default `iterable`. */
  readonly modelId?: string;
}

/**
 * Makes a source of a function that gives an answer's pieces: texts become text-deltas, events pass through. The iterable's end
 * is its end mark. When the request's signal fires, `stream` throws the signal's reason at once and leaves the iterable
 * (its `finally` runs); an iterable that waits for something should heed `request.signal` itself. What it throws passes through.
 */
export function iterable(
  make: (request: ModelRequest) => Iterable<Yielded> | AsyncIterable<Yielded>,
  options: IterableOptions = {},
): Source {
  const { modelId = "iterable" } = options;
  return {
    modelId,
    stream: (request) => streamPieces(make, request, request.modelId ?? modelId),
  };
}

async function* streamPieces(
  make: (request: ModelRequest) => Iterable<Yielded> | AsyncIterable<Yielded>,
  request: ModelRequest,
  modelId: string,
): AsyncGenerator<ProgressEvent, ModelAnswer, void> {
  const { signal } = request;
  signal.throwIfAborted();
  const pieces = iteratorOf(make(request));
  let interrupt: ((reason: unknown) => void) | undefined;
  const onAbort = (): void => interrupt?.(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  let text = "";
  let usage: Usage | undefined;
  let ended = false;
  try {
    for (;;) {
      const next = pieces.next();
      const result = await (next instanceof Promise ? interruptible(next, (reject) => (interrupt = reject)) : next);
      signal.throwIfAborted();
      if (result.done === true) break;
      const event = typeof result.value === "string" ? textDelta(result.value) : result.value;
      if (event.type === "text-delta") text += event.text;
      if (event.type === "usage") usage = { inputTokens: event.inputTokens, outputTokens: event.outputTokens };
      yield event;
      signal.throwIfAborted();
    }
    ended = true;
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Not waited for: an iterable that is stuck would keep the run from ending.
    if (!ended) leave(pieces);
  }
  return { text, modelId, stopReason: "end_turn", ...(usage !== undefined && { usage }) };
}

type Pieces = Iterator<Yielded> | AsyncIterator<Yielded>;

function iteratorOf(pieces: Iterable<Yielded> | AsyncIterable<Yielded>): Pieces {
  return Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
}

/** The promise, or what `expose` hands out rejects it first. */
function interruptible<T>(promise: Promise<T>, expose: (reject: (reason: unknown) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    expose(reject);
    promise.then(resolve, reject);
  });
}

function leave(pieces: Pieces): void {
  const left = pieces.return?.();
  if (left instanceof Promise) left.catch(() => {});
}
