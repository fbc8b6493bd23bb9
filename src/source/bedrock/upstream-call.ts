import {
  type BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
} from "@aws-sdk/client-bedrock-runtime";
import type { Clock } from "../../clock.ts";
import { SluiceError } from "../../protocol/errors.ts";
import type { ProgressEvent } from "../../protocol/events.ts";
import type { AnswerReader } from "./answer-reader.ts";
import { IncomingAnswer } from "./incoming-answer.ts";
import { takeBody } from "./raw-response.ts";
import { Watchdog } from "./watchdog.ts";

export interface UpstreamCallOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly inactivityMs: number;
}

/**
 * One request to the model. Whoever makes one must `close` it: the SDK does not end a request that is only left.
 * When the caller's signal fires or the model falls silent the request is aborted; its events then end or throw, which says
 * nothing about why: look at the signal and at `timeout`.
 */
export class UpstreamCall {
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #watchdog: Watchdog;
  #incoming: IncomingAnswer | undefined;
  #timeout: SluiceError | undefined;

  constructor({ signal, clock, inactivityMs }: UpstreamCallOptions) {
    this.#signal = signal;
    this.#watchdog = new Watchdog(clock, inactivityMs, () => {
      this.#timeout = new SluiceError("timeout", `The model sent nothing for ${Math.round(inactivityMs / 1000)} s.`);
      this.#stop(this.#timeout);
    });
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** Set where the model fell silent. */
  get timeout(): SluiceError | undefined {
    return this.#timeout;
  }

  /** What was read so far; undefined before the headers. */
  get reader(): AnswerReader | undefined {
    return this.#incoming?.reader;
  }

  /** Asks the model; resolves once the headers of its answer are here. */
  async open(client: BedrockRuntimeClient, input: ConverseStreamCommandInput): Promise<void> {
    const { signal } = this.#abort;
    const command = new ConverseStreamCommand(input);
    takeBody(command, (body) => {
      // The client's own middleware may ask twice: the last answer counts.
      this.#incoming?.stop();
      this.#incoming = new IncomingAnswer(body);
      if (signal.aborted) this.#incoming.stop();
    });
    await untilAborted(client.send(command, { abortSignal: signal }), signal);
    if (this.#incoming === undefined) throw new SluiceError("upstream_error", "The model gave no stream.");
  }

  /** What came in since the last time, perhaps no event; undefined at the end. */
  async next(): Promise<readonly ProgressEvent[] | undefined> {
    this.#watchdog.wait();
    const events = await this.#incoming?.next();
    this.#watchdog.rest();
    return events;
  }

  /** Stops whatever still runs. */
  close(): void {
    this.#watchdog.stop();
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#stop();
  }

  readonly #onAbort = (): void => this.#stop(this.#signal.reason);

  /** The request goes first, so that its handler tells the other end why. */
  #stop(reason?: unknown): void {
    this.#abort.abort(reason);
    this.#incoming?.stop();
  }
}

/** The SDK may be between two attempts of its own, where it does not look at the signal. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason as Error);
    if (signal.aborted) aborted();
    signal.addEventListener("abort", aborted, { once: true });
    promise.then(resolve, reject);
  });
}
