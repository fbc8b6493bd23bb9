import type { SluiceError } from "../protocol/errors.ts";
import type { Frame, Transport } from "../transport.ts";

/** Where an event stream is written; the host gives it. */
export interface EventOutput {
  /** Sends the headers of a 200 event stream; the first write follows. */
  open(): void;
  /** False where the client does not take more for now; `drained` is told to the connection then. */
  write(text: string): boolean;
  /** Written, and not yet taken, bytes. */
  readonly bufferedBytes: number;
  end(): void;
  /** Breaks the response off. */
  cut(): void;
}

/** What a request for an event stream comes to, before its first frame. */
export type EventStreamStart =
  | { readonly kind: "streaming" }
  /** Nothing of that stream can come any more: 204. */
  | { readonly kind: "nothing" }
  | { readonly kind: "error"; readonly error: SluiceError; readonly json: string };

/** What a reader skips (the same, section 9.2.5). */
const COMMENT = ":\n\n";

/** Frames as server-sent events (WHATWG HTML, section 9.2): `id` is the offset, `data` the frame, no `event` line. */
export class SseTransport implements Transport {
  readonly kind = "sse";
  readonly #output: EventOutput;
  readonly #start = Promise.withResolvers<EventStreamStart>();
  #open = false;
  #closed = false;
  #full = false;

  constructor(output: EventOutput) {
    this.#output = output;
  }

  /** Resolves when the HTTP status is known. */
  get started(): Promise<EventStreamStart> {
    return this.#start.promise;
  }

  get writable(): boolean {
    return !this.#full && !this.#closed;
  }

  /**
   * The request is granted: the headers go out though the first frame may take its time, and a comment with them, so that a client
   * can tell a proxy that holds the body back.
   */
  open(): void {
    if (this.#open || this.#closed) return;
    this.#open = true;
    this.#output.open();
    this.#start.resolve({ kind: "streaming" });
    this.#write(COMMENT);
  }

  send(frame: Frame): void {
    if (this.#closed) return;
    if (!this.#open) {
      if (frame.error !== undefined) return this.#refuse({ kind: "error", error: frame.error, json: frame.json });
      if (frame.ended === true) return this.#refuse({ kind: "nothing" });
      this.open();
    }
    const id = frame.offset === undefined ? "" : `id: ${frame.offset}\n`;
    this.#write(`${id}data: ${frame.json}\n\n`);
    if (frame.terminal !== undefined || frame.ended === true) this.#end();
  }

  /** A comment line, so that proxies and clients know that the stream lives. */
  heartbeat(): void {
    if (this.#open && this.writable) this.#write(COMMENT);
  }

  get bufferedBytes(): number {
    return this.#output.bufferedBytes;
  }

  /** The output takes more again. */
  drained(): void {
    this.#full = false;
  }

  pause(): void {}

  resume(): void {}

  close(): void {
    this.#end();
  }

  cut(): void {
    this.#output.cut();
  }

  #write(text: string): void {
    if (!this.#output.write(text)) this.#full = true;
  }

  #refuse(start: EventStreamStart): void {
    this.#closed = true;
    this.#start.resolve(start);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#open) this.#output.end();
    else this.#start.resolve({ kind: "nothing" });
  }
}
