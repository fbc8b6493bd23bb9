import type { Dialect } from "../dialect.ts";
import { ERRORS, SluiceError } from "../protocol/errors.ts";
import type { TerminalEvent } from "../protocol/events.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Frame, Transport } from "../transport.ts";

/** One HTTP answer. */
export interface RestAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly json: string;
}

/** Waits for a run's end, and answers with the one JSON object that it comes to (PROTOCOL.md section 7.1). */
export class RestTransport implements Transport {
  readonly kind = "rest";
  readonly writable = true;
  /** It keeps no frame: the last one becomes the answer. */
  readonly bufferedBytes = 0;
  readonly #dialect: Dialect;
  readonly #async: boolean;
  readonly #answer = Promise.withResolvers<RestAnswer>();

  /** With `respondAsync` it answers 202 with the stream's id as soon as the run has begun. */
  constructor(dialect: Dialect, respondAsync: boolean) {
    this.#dialect = dialect;
    this.#async = respondAsync;
  }

  /** Resolves once, with the first thing that answers the request. */
  get answer(): Promise<RestAnswer> {
    return this.#answer.promise;
  }

  send(frame: Frame): void {
    if (frame.error !== undefined) this.#answer.resolve(errorAnswer(frame.error, frame.json));
    else if (this.#async && frame.streamId !== undefined) {
      this.#answer.resolve({ status: 202, json: JSON.stringify({ streamId: frame.streamId }) });
    } else if (frame.terminal !== undefined) this.#answer.resolve(this.#ending(frame, frame.terminal));
  }

  pause(): void {}

  resume(): void {}

  close(_code: number, reason: string): void {
    const error = new SluiceError("interrupted", reason);
    this.#answer.resolve(errorAnswer(error, JSON.stringify(this.#dialect.error(error))));
  }

  #ending(frame: Frame, event: TerminalEvent): RestAnswer {
    switch (event.type) {
      case "complete":
        return { status: 200, json: frame.answer === undefined ? frame.json : JSON.stringify(frame.answer) };
      case "error":
        return { status: ERRORS[event.code].status, ...retryHeader(event.retryAfterMs), json: frame.json };
      case "cancelled": {
        const body: JsonObject = this.#dialect.error(new SluiceError("cancelled", "The run was cancelled."));
        return { status: ERRORS.cancelled.status, json: JSON.stringify({ ...body, ...placeOf(frame) }) };
      }
    }
  }
}

/** What every frame of a stream carries. */
function placeOf(frame: Frame): JsonObject {
  const { streamId, offset, requestId } = JSON.parse(frame.json) as JsonObject;
  return { streamId, offset, ...(requestId !== undefined && { requestId }) };
}

/** The HTTP answer for an error whose body is this JSON. */
export function errorAnswer(error: SluiceError, json: string): RestAnswer {
  return { status: error.status, ...retryHeader(error.retryAfterMs), json };
}

function retryHeader(retryAfterMs: number | undefined): Pick<RestAnswer, "headers"> {
  return retryAfterMs === undefined ? {} : { headers: { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) } };
}
