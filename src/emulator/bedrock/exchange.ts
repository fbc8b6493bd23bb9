import type { Clock } from "../../clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { type Step, stepsOf } from "./answer.ts";
import type { CallRecord } from "./calls.ts";
import { type EmulatedError, errorNamed, toEmulatedError, toStreamException } from "./errors.ts";
import { type Fault, isBreak } from "./fault.ts";
import type { FaultRule } from "./fault-plan.ts";
import { faultedSteps } from "./faulted-steps.ts";
import { brokenFrame, errorFrame, eventFrame, exceptionFrame, halfFrame } from "./frames.ts";
import { type Pace, Pacer } from "./pace.ts";
import { AnswerCollector, type AnswerStep, type Shape } from "./shape.ts";
import type { Prompt, StandIn } from "./stand-in.ts";
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
  /** What goes wrong, where something does. */
  readonly rule: FaultRule;
  readonly clock: Clock;
}

const FAILED = "The emulator was told to fail.";

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
    this.#pacer = new Pacer({ ...options.pace, ...options.rule.pace }, options.clock, this.#gone.signal);
    this.#whole = options.streams ? undefined : new AnswerCollector();
    this.#wire.onClose(() => {
      this.#call.end(this.#over ? "finished" : "aborted", options.clock.now());
      this.#gone.abort(new Error("The client went away."));
    });
  }

  async run(): Promise<void> {
    const { signal } = this.#gone;
    if (signal.aborted) return;
    try {
      for await (const step of this.#steps()) {
        if (signal.aborted) return;
        await this.#take(step);
        if (this.#over) return;
      }
      this.#close();
    } catch (thrown) {
      if (!signal.aborted) this.#fail(toEmulatedError(thrown));
    }
  }

  #steps(): AsyncIterable<Step> {
    const { prompt, standIn, rule } = this.#options;
    const { fault, at = "request", answer, maxTokens } = rule;
    const ask: () => ReturnType<StandIn> = () => answer ?? standIn({ ...prompt, signal: this.#gone.signal });
    const steps = stepsOf(ask, maxTokens === undefined ? prompt : shortened(prompt, maxTokens));
    return fault === undefined ? steps : faultedSteps(steps, fault, at);
  }

  async #take(step: Step): Promise<void> {
    if (step.type === "fault") return this.#fault(step.fault);
    if (step.type === "headers") return this.#beginStream();
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
    this.#beginStream();
    for (const event of this.#options.shape.events(step)) {
      const full = this.#wire.write(eventFrame(event));
      if (full !== undefined) await full;
    }
  }

  /** Everything that goes wrong on purpose ends here, whoever wanted it. */
  async #fault(fault: Fault): Promise<void> {
    this.#call.fault = fault;
    if (typeof fault === "object") {
      const { message = FAILED } = fault;
      if ("exception" in fault) return this.#fail(errorNamed(fault.exception, message));
      if (this.#whole !== undefined) return this.#fail(errorNamed("InternalServerException", message));
      this.#beginStream();
      return this.#end(errorFrame(fault.error, message));
    }
    if (fault === "bad-checksum") {
      this.#beginAny();
      void this.#wire.write(brokenFrame());
    }
    if (fault === "bad-checksum" || fault === "stall") return this.#untilGone();
    if (!isBreak(fault)) {
      this.#beginAny();
      return this.#end(fault === "half-frame" ? halfFrame() : undefined);
    }
    await this.#wire.flush();
    this.#over = true;
    this.#wire.break(fault);
  }

  #untilGone(): Promise<void> {
    const { signal } = this.#gone;
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #close(): void {
    if (this.#whole === undefined) return this.#end();
    const { usage } = this.#whole.whole;
    this.#begin("application/json", {
      "x-amzn-bedrock-input-token-count": String(usage.inputTokens),
      "x-amzn-bedrock-output-token-count": String(usage.outputTokens),
    });
    this.#end(Buffer.from(JSON.stringify(this.#options.shape.document(this.#whole.whole))));
  }

  #fail(error: EmulatedError): void {
    this.#call.fault ??= { exception: error.type, message: error.message };
    if (this.#wire.begun) return this.#end(exceptionFrame(toStreamException(error), error.message));
    this.#over = true;
    refuse(this.#wire, error, this.#call.id);
  }

  #end(bytes?: Uint8Array): void {
    this.#over = true;
    this.#wire.end(bytes);
  }

  /** A document's headers go out with it. */
  #beginStream(): void {
    if (this.#whole === undefined && !this.#wire.begun) this.#begin("application/vnd.amazon.eventstream");
  }

  /** Begins a response that will not be whole. */
  #beginAny(): void {
    this.#beginStream();
    if (!this.#wire.begun) this.#begin("application/json");
  }

  #begin(contentType: string, headers?: Headers): void {
    this.#wire.begin(200, {
      "content-type": contentType,
      "x-amzn-bedrock-content-type": "application/json",
      "x-amzn-requestid": this.#call.id,
      ...headers,
    });
  }
}

function shortened(prompt: Prompt, maxTokens: number): Prompt {
  const asked = prompt.inferenceConfig.maxTokens ?? Infinity;
  return { ...prompt, inferenceConfig: { ...prompt.inferenceConfig, maxTokens: Math.min(asked, maxTokens) } };
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
