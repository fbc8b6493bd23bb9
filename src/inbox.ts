import type { Limits } from "./limits.ts";
import type { Transport } from "./transport.ts";

/** A client's messages: handled one after another, in order. When too many wait, the client is no longer read. */
export class Inbox {
  readonly #transport: Transport;
  readonly #limits: Limits;
  readonly #handle: (text: string) => Promise<void>;
  readonly #waiting: string[] = [];
  #size = 0;
  #busy = false;
  #paused = false;
  #closed = false;
  #roomMade: (() => void) | undefined;

  constructor(transport: Transport, limits: Limits, handle: (text: string) => Promise<void>) {
    this.#transport = transport;
    this.#limits = limits;
    this.#handle = handle;
  }

  receive(text: string): void {
    const { maxQueuedMessages, maxQueuedBytes } = this.#limits;
    this.#waiting.push(text);
    this.#size += text.length;
    if (this.#waiting.length > maxQueuedMessages || this.#size > maxQueuedBytes) {
      this.#paused = true;
      this.#transport.pause();
    }
    if (!this.#busy) void this.#work();
  }

  /** The transport takes frames again. */
  drained(): void {
    this.#roomMade?.();
    this.#roomMade = undefined;
  }

  /** Drops what waits, and takes no more turns. */
  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    this.drained();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let text = this.#waiting.shift(); text !== undefined; text = this.#waiting.shift()) {
      this.#size -= text.length;
      await this.#handle(text);
      if (!this.#closed && !this.#transport.writable) await this.#room();
      if (this.#paused && this.#waiting.length === 0) {
        this.#paused = false;
        this.#transport.resume();
      }
    }
    this.#busy = false;
  }

  /** Answers that nobody reads would pile up: once the transport is full, each drain brings one more message its turn. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomMade = resolve;
    });
  }
}
