import type { Clock } from "./clock.ts";
import type { RunContext } from "./context.ts";
import type { Logger } from "./logger.ts";
import { SluiceError, toSluiceError } from "./protocol/errors.ts";
import { type Event, type ProgressEvent, type TerminalEvent, type Usage, isTerminal } from "./protocol/events.ts";
import type { Json } from "./protocol/json.ts";
import type { Pace } from "./pace.ts";
import { Pile } from "./pile.ts";
import type { Handler } from "./route.ts";
import type { SoFar } from "./so-far.ts";
import type { Turn } from "./steward/turn.ts";
import type { RunTrace } from "./tracing.ts";
import { addUsage } from "./usage.ts";
import type { Writer } from "./writer.ts";

interface RunParts {
  readonly handler: Handler<never, unknown>;
  /** The handler's context, around the run's own signal. */
  readonly context: (signal: AbortSignal) => RunContext<never>;
  readonly timeoutMs: number;
  /** Where it goes on for a run that died. */
  readonly soFar: SoFar | undefined;
  /** What it waits for before its handler begins; that is no part of its time. */
  readonly turn: Turn | undefined;
  /** Hears what its models have used, as they tell it. */
  readonly used: (usage: Usage) => void;
  readonly trace: RunTrace | undefined;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One execution of a handler: pumps its events into a stream, and ends the stream exactly once (law 5). */
export class Run {
  readonly #parts: RunParts;
  readonly #writer: Writer;
  readonly #controller = new AbortController();
  readonly #done = Promise.withResolvers<void>();
  readonly #text = new Pile();
  #usage: Usage | undefined;
  #ending = false;
  #end: TerminalEvent | undefined;
  #stopTimer: () => void = () => {};

  constructor(parts: RunParts, makeWriter: (run: Run) => Writer) {
    this.#parts = parts;
    if (parts.soFar !== undefined) this.#text.push(parts.soFar.text);
    this.#usage = parts.soFar?.usage;
    this.#writer = makeWriter(this);
  }

  /** Resolves when the stream's terminal event is stored, when another writer has taken over, or when it has left. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** How it ended; undefined where it has not, or was left to others. */
  get end(): TerminalEvent | undefined {
    return this.#end;
  }

  /** Tokens that its models have used so far, as far as they were told. */
  get usage(): Usage | undefined {
    return this.#usage;
  }

  /** How its text has come so far. */
  get pace(): Pace {
    return this.#parts.pace;
  }

  /** UTF-16 units of its text so far. */
  get textLength(): number {
    return this.#text.length;
  }

  /** Starts the handler, when it is its turn. */
  begin(): void {
    void this.#pump();
  }

  /** Aborts the handler and ends the stream as cancelled, keeping the partial text (law 6). */
  cancel(): void {
    this.#endWith({ type: "cancelled", partialLength: this.#text.length, ...this.#usageField() });
  }

  /** Aborts the handler and ends the stream with an error. */
  fail(error: SluiceError): void {
    this.#endWith({
      type: "error",
      code: error.code,
      message: error.message,
      retryable: error.retryable,
      ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
      ...this.#usageField(),
    });
  }

  /** The stream's end is stored. */
  ended(): void {
    this.#stop();
    this.#done.resolve();
  }

  /** Another writer has the stream: stop, and write nothing. */
  fenced(): void {
    this.#stop();
    this.#parts.log.warn({}, "another writer has taken over the stream");
    this.#done.resolve();
  }

  /** Aborts the handler, stores what it has yielded, and leaves the stream to whoever takes it over. */
  leave(): void {
    if (this.#ending) return;
    this.#stop();
    this.#writer.leave(() => this.#done.resolve());
  }

  async #pump(): Promise<void> {
    const { handler, context, turn, log } = this.#parts;
    let events: AsyncGenerator<ProgressEvent | readonly ProgressEvent[], unknown, void> | undefined;
    try {
      if (turn?.granted === false) await this.#await(turn);
      if (this.#ending) return;
      this.#limitTime();
      this.#parts.pace.begin(this.#text.length > 0);
      events = handler(context(this.#controller.signal));
      for (;;) {
        const step = await events.next();
        if (this.#ending) break;
        if (step.done === true) return this.#complete(step.value);
        if (Array.isArray(step.value)) for (const event of step.value as readonly ProgressEvent[]) this.#emit(event);
        else this.#emit(step.value as ProgressEvent);
        if (this.#writer.congested) await this.#writer.drained();
      }
      await events.return(undefined);
    } catch (thrown) {
      // Where an event was refused the handler waits at its yield: so its own clean-up runs.
      void events?.return(undefined).catch(() => {});
      if (this.#ending) return;
      const error = toSluiceError(thrown);
      log[error.code === "internal" ? "error" : "warn"]({ err: thrown, code: error.code }, "the run failed");
      this.fail(error);
    }
  }

  /** Says that it waits, unless its viewers have read a part of it already. */
  async #await(turn: Turn): Promise<void> {
    for await (const status of turn.wait(this.#controller.signal)) {
      if (this.#text.length === 0) this.#emit(status);
    }
  }

  #limitTime(): void {
    const { timeoutMs, clock } = this.#parts;
    this.#stopTimer = clock.after(timeoutMs, () => {
      this.fail(new SluiceError("timeout", `The run took longer than ${timeoutMs} ms.`));
    });
  }

  #emit(event: ProgressEvent): void {
    if (isReserved(event)) throw new Error(`A handler cannot yield "${(event as Event).type}".`);
    if (event.type === "text-delta") {
      if (event.text === "") return;
      this.#text.push(event.text);
      this.#parts.pace.delta();
    } else if (event.type === "usage") {
      this.#usage = addUsage(this.#usage, event);
      this.#parts.used(event);
    } else if (event.type === "tool-call" || event.type === "tool-result") {
      this.#parts.trace?.tool(event);
    }
    this.#writer.append(event);
  }

  #complete(result: unknown): void {
    this.#endWith({
      type: "complete",
      text: String(this.#text),
      ...(result !== undefined && { result: result as Json }),
      ...this.#usageField(),
    });
  }

  #endWith(event: TerminalEvent): void {
    if (this.#ending) return;
    // Throws where the event is no JSON: then the run has not ended, and fails with that.
    this.#writer.append(event);
    this.#end = event;
    this.#stop();
  }

  /** Nothing more is taken from the handler, and what it has under way is aborted. */
  #stop(): void {
    this.#ending = true;
    this.#stopTimer();
    this.#controller.abort(new SluiceError("cancelled", "The run has ended."));
  }

  #usageField(): { usage?: Usage } {
    return this.#usage === undefined ? {} : { usage: this.#usage };
  }
}

function isReserved(event: Event): boolean {
  return event.type === "start" || isTerminal(event);
}
