import type { Readable, Writable } from "node:stream";
import { EmulatedError } from "./errors.ts";
import type { Break } from "./fault.ts";

/** Bedrock takes 25,000,000 characters of body at most for InvokeModel; the same holds here for all operations. */
const MAX_BODY_BYTES = 25_000_000;

export type Headers = Readonly<Record<string, string>>;

/** One request and its response, alike on HTTP/1.1 and HTTP/2. */
export abstract class Wire {
  abstract readonly method: string;
  abstract readonly path: string;
  readonly #request: Readable;
  readonly #response: Writable;
  #unsent = 0;
  #closed = false;
  #flushed: (() => void) | undefined;

  constructor(request: Readable, response: Writable) {
    this.#request = request;
    this.#response = response;
    // A client that goes away is told by `close`.
    request.on("error", () => {});
    response.on("error", () => {});
    response.once("close", () => {
      this.#closed = true;
      this.#flushed?.();
    });
  }

  /** Whether the status and the headers are out. */
  abstract readonly begun: boolean;
  abstract begin(status: number, headers: Headers): void;
  /** Ends the connection in the middle of the response. */
  abstract break(how: Break): void;

  /** The request's body; throws ValidationException where it is too large. */
  async body(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const request: AsyncIterable<Buffer> = this.#request;
    for await (const chunk of request) {
      bytes += chunk.byteLength;
      // The rest is still read, since a client that is writing would not see the answer.
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    }
    if (bytes > MAX_BODY_BYTES) throw new EmulatedError("ValidationException", "The request is too large.", 413);
    return Buffer.concat(chunks);
  }

  /** Sends bytes; a promise where the client has to catch up first. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#unsent += 1;
    const taken = this.#response.write(bytes, () => {
      this.#unsent -= 1;
      if (this.#unsent === 0) this.#flushed?.();
    });
    return taken ? undefined : this.flush();
  }

  /** Waits until all that was written has gone to the operating system, or the client has gone. */
  async flush(): Promise<void> {
    if (this.#unsent === 0 || this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#flushed = resolve;
    });
  }

  end(bytes?: Uint8Array): void {
    if (bytes !== undefined) this.#response.write(bytes);
    this.#response.end();
  }

  /** Called once, when the response is out or the client has gone; at once where that is so already. */
  onClose(listener: () => void): void {
    if (this.#closed) return listener();
    this.#response.once("close", listener);
  }
}
