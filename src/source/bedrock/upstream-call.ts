import {
  type BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamCommandInput,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import type { Clock } from "../../clock.ts";
import { SluiceError } from "../../protocol/errors.ts";
import { Watchdog } from "./watchdog.ts";

export type ChunkIterator = AsyncIterator<ConverseStreamOutput>;

export interface UpstreamCallOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly inactivityMs: number;
}

/**
 * One request to the model. Whoever makes one must `close` it: the SDK goes on reading where its iterator is only left.
 * When the caller's signal fires or the model falls silent the request is aborted; its chunks then end or throw, which says
 * nothing about why: look at the signal and at `timeout` (the SDK's iterator ends as if all were well after an abort).
 */
export class UpstreamCall {
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #watchdog: Watchdog;
  #chunks: ChunkIterator | undefined;
  #timeout: SluiceError | undefined;

  constructor({ signal, clock, inactivityMs }: UpstreamCallOptions) {
    this.#signal = signal;
    this.#watchdog = new Watchdog(clock, inactivityMs, () => {
      this.#timeout = new SluiceError("timeout", `The model sent nothing for ${Math.round(inactivityMs / 1000)} s.`);
      this.#abort.abort(this.#timeout);
    });
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** Set where the model fell silent. */
  get timeout(): SluiceError | undefined {
    return this.#timeout;
  }

  /** The answer's chunks; `wait` and `rest` go around each `next`. The SDK waits for the first chunk in here. */
  async open(client: BedrockRuntimeClient, input: ConverseStreamCommandInput): Promise<ChunkIterator> {
    const { signal } = this.#abort;
    const sent = client.send(new ConverseStreamCommand(input), { abortSignal: signal });
    const { stream } = await untilAborted(sent, signal);
    if (stream === undefined) throw new SluiceError("upstream_error", "The model gave no stream.");
    this.#chunks = stream[Symbol.asyncIterator]();
    return this.#chunks;
  }

  /** The wait for the next chunk begins. */
  wait(): void {
    this.#watchdog.wait();
  }

  /** A chunk is here. */
  rest(): void {
    this.#watchdog.rest();
  }

  /** Stops whatever still runs. The request goes first: the iterator's own `return` does not end it. */
  close(): void {
    this.#watchdog.stop();
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#abort.abort();
    this.#chunks?.return?.().catch(() => {});
  }

  readonly #onAbort = (): void => this.#abort.abort(this.#signal.reason);
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
