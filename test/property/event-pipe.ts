import type { JsonObject } from "../../src/protocol/json.ts";
import type { FakeClock } from "../../src/testing/fake-clock.ts";
import type { Follower } from "./server-model.ts";

const COMMENT = ":\n\n";
const HEARTBEAT_MS = 15_000;
/** So much a proxy holds back before it lets it go. */
const MOST_HELD = 64 * 1024;

export interface PipeParts {
  readonly streamId: string;
  readonly clock: FakeClock;
  readonly signal: AbortSignal;
  /** A proxy on the way holds the answer back until it is whole. */
  readonly held: boolean;
}

/** One event stream on its way to the client: what the server has said, and how far that has got. */
export class EventPipe implements Follower {
  readonly follows = new Map<string, number>();
  readonly outgoing: JsonObject[] = [];
  readonly streamId: string;
  readonly response: Response;
  frozen = false;
  readonly #parts: PipeParts;
  #sink: ReadableStreamDefaultController<Uint8Array> | undefined;
  #kept = "";
  #stopTimer = (): void => {};

  constructor(parts: PipeParts) {
    this.#parts = parts;
    this.streamId = parts.streamId;
    const body = new ReadableStream<Uint8Array>({
      start: (sink) => void (this.#sink = sink),
      cancel: () => this.#leave(),
    });
    this.response = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
    const abort = (): void => this.cut(0, false);
    parts.signal.addEventListener("abort", abort, { once: true });
    this.#write(COMMENT);
    this.#beat();
  }

  /** The answer has ended, or the client has let go of it. */
  get over(): boolean {
    return this.#sink === undefined;
  }

  /** The next frames go their way; after the last of a stream that has ended, the answer ends. Whether there was anything. */
  deliver(count: number): boolean {
    if (this.frozen || this.over) return false;
    const frames = this.outgoing.splice(0, count);
    for (const frame of frames) this.#write(written(frame));
    if (this.follows.size > 0 || this.outgoing.length > 0) return frames.length > 0;
    this.#pass(this.#kept);
    this.#end((sink) => sink.close());
    return true;
  }

  /** It breaks off, so many bytes into its next frame: with an error, or as if that were its end. */
  cut(bytes: number, clean: boolean): void {
    const [next] = this.outgoing;
    if (!this.over && next !== undefined && bytes > 0) this.#write(written(next).slice(0, bytes));
    this.#end((sink) => (clean ? sink.close() : sink.error(new TypeError("terminated"))));
  }

  #beat(): void {
    this.#stopTimer = this.#parts.clock.after(HEARTBEAT_MS, () => {
      if (!this.frozen) this.#write(COMMENT);
      this.#beat();
    });
  }

  #write(text: string): void {
    if (!this.#parts.held) return this.#pass(text);
    this.#kept += text;
    if (this.#kept.length < MOST_HELD) return;
    this.#pass(this.#kept);
    this.#kept = "";
  }

  /** In two pieces, wherever that falls: inside a line, or inside a character. */
  #pass(text: string): void {
    const bytes = new TextEncoder().encode(text);
    const middle = Math.floor(bytes.length / 2);
    for (const piece of [bytes.subarray(0, middle), bytes.subarray(middle)]) {
      if (piece.length > 0) this.#sink?.enqueue(piece);
    }
  }

  #end(how: (sink: ReadableStreamDefaultController<Uint8Array>) => void): void {
    const sink = this.#sink;
    this.#leave();
    if (sink !== undefined) how(sink);
  }

  #leave(): void {
    this.#sink = undefined;
    this.#stopTimer();
  }
}

function written(frame: JsonObject): string {
  const { offset } = frame;
  return `${typeof offset === "string" ? `id: ${offset}\n` : ""}data: ${JSON.stringify(frame)}\n\n`;
}
