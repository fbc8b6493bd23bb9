import type { StreamState } from "../protocol/events.ts";
import type { SluiceError } from "../protocol/errors.ts";
import type { Frame, Transport } from "../transport.ts";

/** What a long poll brought. */
export interface Poll {
  /** JSON texts of the frames, in order. */
  readonly frames: readonly string[];
  /** Offset of the last frame; undefined without frames. */
  readonly offset: string | undefined;
  /** Set where the frames reach the stream's end, or it had been reached before. */
  readonly ended: Exclude<StreamState, "running"> | "before" | undefined;
  readonly error?: { readonly error: SluiceError; readonly json: string };
}

/** Gathers the frames that are there, or the first that come, for one long poll (PROTOCOL.md section 7.3). */
export class PollTransport implements Transport {
  readonly kind = "poll";
  readonly #maxBytes: number;
  readonly #frames: string[] = [];
  readonly #ready = Promise.withResolvers<void>();
  #bytes = 0;
  #offset: string | undefined;
  #ended: Poll["ended"];
  #error: Poll["error"];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get writable(): boolean {
    return this.#bytes < this.#maxBytes;
  }

  get bufferedBytes(): number {
    return this.#bytes;
  }

  /** Resolves when there is something to answer with. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** What was gathered so far. */
  take(): Poll {
    const { error } = { error: this.#error };
    return { frames: this.#frames, offset: this.#offset, ended: this.#ended, ...(error !== undefined && { error }) };
  }

  send(frame: Frame): void {
    if (frame.error !== undefined) this.#error = { error: frame.error, json: frame.json };
    else if (frame.ended === true) this.#ended = "before";
    else {
      this.#frames.push(frame.json);
      this.#bytes += frame.json.length;
      this.#offset = frame.offset;
      this.#ended = frame.terminal?.type;
    }
    this.#ready.resolve();
  }

  pause(): void {}

  resume(): void {}

  close(): void {
    this.#ready.resolve();
  }
}
