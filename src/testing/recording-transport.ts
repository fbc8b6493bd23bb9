import { isJsonObject, type JsonObject } from "../protocol/json.ts";
import type { Frame, Transport } from "../transport.ts";

/** A transport that keeps what was sent, for tests without a socket. Its client may stop taking frames. */
export class RecordingTransport implements Transport {
  readonly kind: Transport["kind"];
  writable = true;
  bufferedBytes = 0;
  paused = false;
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly sent: Frame[] = [];
  #changed = Promise.withResolvers<void>();

  constructor(kind: Transport["kind"] = "websocket") {
    this.kind = kind;
  }

  /** What was sent, as a client would read it. */
  get frames(): JsonObject[] {
    return this.sent.map((frame) => parsed(frame.json));
  }

  /** The first frame of this type; waits until there is one. */
  async frame(type: string): Promise<JsonObject> {
    return this.until((frames) => frames.find((frame) => frame["type"] === type));
  }

  /** Waits until `pick` finds something in the frames. */
  async until<T>(pick: (frames: JsonObject[]) => T | undefined): Promise<T> {
    for (;;) {
      const found = pick(this.frames);
      if (found !== undefined) return found;
      await this.#changed.promise;
    }
  }

  send(frame: Frame): void {
    this.sent.push(frame);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
  }
}

function parsed(json: string): JsonObject {
  const value: unknown = JSON.parse(json);
  if (!isJsonObject(value)) throw new Error(`A frame must be a JSON object: ${json}`);
  return value;
}
