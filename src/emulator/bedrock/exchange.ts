import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { type Step, stepsOf } from "./answer.ts";
import type { CallRecord } from "./calls.ts";
import { type EmulatedError, fromStreamException, toEmulatedError, toStreamException } from "./errors.ts";
import { eventFrame, exceptionFrame } from "./frames.ts";
import { type Pace, Pacer } from "./pace.ts";
import { AnswerCollector, type AnswerStep, type Shape } from "./shape.ts";
import type { Fault, Prompt, StandIn } from "./stand-in.ts";
import type { Headers, Wire } from "./wire.ts";

/** How one request is answered. */
export interface ExchangeOptions {
  readonly wire: Wire;
  readonly call: CallRecord;
  readonly prompt: Prompt;
  readonly standIn: StandIn;
  readonly shape: Shape;
  readonly streams: boolean;
  readonly pace: Pace;
  readonly clock: Clock;
}

/** Lets the stand-in answer and brings its steps to the client at the model's pace. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #wire: Wire;
  readonly #call: CallRecord;
  readonly #gone = new AbortController();
  readonly #pacer: Pacer;
  readonly #whole: AnswerCollector | undefined;
  /** Set when the emulator itself ended the answer, so that what follows is no abort. */
  #over = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#wire = options.wire;
    this.#call = options.call;
    this.#pacer = new Pacer(options.pace, options.clock, this.#gone.signal);
    this.#whole = options.streams ? undefined : new AnswerCollector();
    this.#wire.onClose(() => {
      this.#call.end(this.#over ? "finished" : "aborted", options.clock.now());
      this.#gone.abort(new Error("The client went away."));
    });
  }

  async run(): Promise<void> {
    const { prompt, standIn } = this.#options;
    const { signal } = this.#gone;
    if (signal.aborted) return;
    try {
      const answer = await standIn({ ...prompt, signal });
      for await (const step of stepsOf(answer, prompt)) {
        if (signal.aborted) return;
        await this.#take(step);
        if (this.#over) return;
      }
      this.#close();
    } catch (thrown) {
      if (!signal.aborted) this.#fail(toEmulatedError(thrown));
    }
  }

  /** Every step passes here: the place for what a client should see of a model's moods. */
  async #take(step: Step): Promise<void> {
    if (step.type === "fault") return this.#fault(step.fault);
    if (step.type === "delta") {
      const due = this.#pacer.next();
      if (due !== undefined) await due;
      if (this.#gone.signal.aborted) return;
      this.#call.pieces += 1;
    }
    if (this.#whole !== undefined) return this.#whole.take(step);
    await this.#send(step);
  }

  /** Every frame of an answer is written here; waits where the client has to catch up. */
  async #send(step: AnswerStep): Promise<void> {
    if (!this.#wire.begun) this.#begin(200, "application/vnd.amazon.eventstream");
    for (const event of this.#options.shape.events(step)) {
      const full = this.#wire.write(eventFrame(event));
      if (full !== undefined) await full;
    }
  }

  async #fault(fault: Fault): Promise<void> {
    if (fault === "stall") {
      return new Promise((resolve) => this.#gone.signal.addEventListener("abort", () => resolve(), { once: true }));
    }
    if (typeof fault === "object") return this.#fail(fromStreamException(fault.exception, fault.message));
    await this.#wire.flush();
    this.#over = true;
    if (fault === "reset") return this.#wire.reset();
    if (fault === "cut") return this.#wire.cut();
    if (fault === "half-frame") {
      const frame = eventFrame({
        type: "contentBlockDelta",
        payload: { contentBlockIndex: 0, delta: { text: "half" } },
      });
      void this.#wire.write(frame.subarray(0, frame.byteLength / 2));
    }
    this.#wire.end();
  }

  #close(): void {
    this.#over = true;
    if (this.#whole === undefined) return this.#wire.end();
    const { usage } = this.#whole.whole;
    this.#begin(200, "application/json", {
      "x-amzn-bedrock-input-token-count": String(usage.inputTokens),
      "x-amzn-bedrock-output-token-count": String(usage.outputTokens),
    });
    this.#wire.end(Buffer.from(JSON.stringify(this.#options.shape.document(this.#whole.whole))));
  }

  #fail(error: EmulatedError): void {
    this.#over = true;
    if (!this.#wire.begun) return refuse(this.#wire, error, this.#call.id);
    this.#wire.end(exceptionFrame(toStreamException(error), error.message));
  }

  #begin(status: number, contentType: string, headers?: Headers): void {
    this.#wire.begin(status, {
      "content-type": contentType,
      "x-amzn-bedrock-content-type": "application/json",
      "x-amzn-requestid": this.#call.id,
      ...headers,
    });
  }
}

/** Answers with an error in place of a stream or a document; the SDK tells the class by `x-amzn-errortype`. */
export function refuse(wire: Wire, error: EmulatedError, requestId: string): void {
  const body: JsonObject = { message: error.message };
  wire.begin(error.status, {
    "content-type": "application/json",
    "x-amzn-errortype": error.type,
    "x-amzn-requestid": requestId,
  });
  wire.end(Buffer.from(JSON.stringify(body)));
}
