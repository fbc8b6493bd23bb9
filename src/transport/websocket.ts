import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Limits } from "../limits.ts";
import { CLOSE, ERRORS } from "../protocol/errors.ts";
import type { Frame, Transport } from "../transport.ts";
import { textFrame } from "./websocket-frame.ts";
import { FrameGuard } from "./websocket-guard.ts";

/** What the transport tells its connection. */
export interface WebSocketEvents {
  message(text: string): void;
  drained(): void;
  /** The link is gone; told once. */
  gone(): void;
}

/**
 * A WebSocket of this process. The library does the handshake and the reading; frames are written straight to the
 * socket, those of one turn in one write.
 */
export class WebSocketTransport implements Transport {
  readonly kind = "websocket";
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #maxBufferedBytes: number;
  #pending = "";
  #full = false;
  #closing = false;

  constructor(ws: WebSocket, socket: Duplex, limits: Limits) {
    this.#ws = ws;
    this.#socket = socket;
    this.#maxBufferedBytes = limits.maxBufferedBytes;
    this.#guard(limits.maxFrameBytes);
  }

  /** Begins to hand on what the client sends. */
  listen(events: WebSocketEvents): void {
    this.#ws.on("message", (data: Buffer, isBinary: boolean) => {
      if (this.#closing) return;
      if (isBinary) this.close(ERRORS.unsupported_media_type.close, "binary frames are not taken");
      else events.message(data.toString("utf8"));
    });
    this.#socket.on("drain", () => {
      this.#full = false;
      events.drained();
    });
    this.#ws.on("error", () => {});
    this.#ws.on("close", () => {
      this.#closing = true;
      events.gone();
    });
  }

  get writable(): boolean {
    return !this.#full && !this.#closing && this.#pending.length < this.#maxBufferedBytes;
  }

  /** Nothing that was sent waits to be taken by the client. */
  get idle(): boolean {
    return this.#pending === "" && this.#socket.writableLength === 0;
  }

  send(frame: Frame): void {
    if (this.#closing) return;
    if (this.#pending === "") queueMicrotask(() => this.#flush());
    this.#pending += textFrame(frame.json);
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#flush();
    this.#closing = true;
    this.#ws.close(code, reason);
  }

  /** The client took nothing for too long: the close frame would wait behind the rest, so the link is cut. */
  stalled(): void {
    this.close(CLOSE.stalled, "no progress; resume");
    this.#ws.terminate();
  }

  #flush(): void {
    const bytes = this.#pending;
    this.#pending = "";
    if (bytes === "" || this.#closing || !this.#socket.writable) return;
    if (!this.#socket.write(bytes, "latin1")) this.#full = true;
  }

  #guard(maxFrameBytes: number): void {
    const guard = new FrameGuard(maxFrameBytes);
    const watch = (bytes: Uint8Array): void => {
      if (guard.accepts(bytes)) return;
      this.#socket.off("data", watch);
      this.close(ERRORS.payload_too_large.close, "a frame is larger than allowed");
    };
    this.#socket.prependListener("data", watch);
  }
}
