import { type Socket, connect } from "node:net";
import type { Speech } from "./speech.ts";

/** Takes the bytes of one read; they are only good until it returns. */
export type TakeBytes = (bytes: Uint8Array, length: number) => void;

/** All links read into one buffer, so that reading costs as little as it can. */
const buffer = Buffer.allocUnsafe(256 * 1024);

/** A client below any library: TCP, and just enough of HTTP and WebSocket, so that it is not what is measured. */
export class RawLink {
  readonly #socket: Socket;
  readonly #speech: Speech;
  readonly #take: TakeBytes;
  readonly #opened = Promise.withResolvers<void>();
  #step = 0;
  #received = "";
  #said = "";

  constructor(port: number, speech: Speech, take: TakeBytes) {
    this.#speech = speech;
    this.#take = take;
    this.#socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: { buffer, callback: (length) => this.#read(length) },
    });
    this.#socket.on("error", (error) => this.#opened.reject(error));
    this.#socket.on("close", () => this.#opened.reject(new Error("The server has closed the connection.")));
    this.#socket.write(speech.request.replace("STREAM", Math.random().toString(36).slice(2)));
  }

  /** Resolves when the last step was taken; rejects where the link is cut before. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** What was received while it opened. */
  get said(): string {
    return this.#said;
  }

  /** Cuts the link (TCP reset). */
  cut(): void {
    this.#socket.resetAndDestroy();
  }

  #read(length: number): boolean {
    if (this.#step === this.#speech.steps.length) this.#take(buffer, length);
    else this.#open(buffer.toString("latin1", 0, length));
    return true;
  }

  #open(text: string): void {
    this.#received += text;
    this.#said += text;
    for (;;) {
      const step = this.#speech.steps[this.#step];
      if (step === undefined) break;
      const at = this.#received.indexOf(step.after);
      if (at < 0) return;
      this.#received = this.#received.slice(at + step.after.length);
      if (step.send !== undefined) this.#socket.write(clientFrame(step.send));
      this.#step += 1;
    }
    this.#opened.resolve();
    const rest = Buffer.from(this.#received, "latin1");
    if (rest.length > 0) this.#take(rest, rest.length);
  }
}

/** A masked text frame (RFC 6455 section 5.3); a mask of zeros leaves the payload as it is. */
function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload]);
}

/** Opens so many links, some at a time, and resolves when all are open. */
export async function openLinks(count: number, open: () => RawLink): Promise<RawLink[]> {
  const links: RawLink[] = [];
  while (links.length < count) {
    const wave = Array.from({ length: Math.min(WAVE, count - links.length) }, open);
    await Promise.all(wave.map((link) => link.opened));
    links.push(...wave);
  }
  return links;
}

const WAVE = 100;
