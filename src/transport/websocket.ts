import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Limits } from "../limits.ts";
import { CLOSE, SluiceError } from "../protocol/errors.ts";
import type { Frame, Transport } from "../transport.ts";
import { textFrame } from "./websocket-frame.ts";
import { FrameGuard } from "./websocket-guard.ts";

/** What the transport tells its connection. */
export interface WebSocketEvents {
  receive(text: string): void;
  /** The client sent what is not taken; whoever hears it tells the client why, and closes. */
  refuse(error: SluiceError): void;
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
  readonly #guard: FrameGuard;
  #pending = "";
  #full = false;
  #closing = false;

  constructor(ws: WebSocket, socket: Duplex, limits: Limits) {
    this.#ws = ws;
    this.#socket = socket;
    this.#maxBufferedBytes = limits.maxBufferedBytes;
    this.#guard = new FrameGuard(limits.maxFrameBytes, limits.maxMessageBytes);
  }

  /** Begins to hand on what the client sends. */
  listen(events: WebSocketEvents): void {
    const watch = (bytes: Uint8Array): void => {
      if (this.#guard.accepts(bytes)) return;
      this.#socket.off("data", watch);
      events.refuse(new SluiceError("payload_too_large", "The frame or its message is too large."));
    };
    this.#socket.prependListener("data", watch);
    this.#ws.on("message", (data: Buffer, isBinary: boolean) => {
      if (this.#closing) return;
      if (isBinary) events.refuse(new SluiceError("unsupported_media_type", "Binary frames are not taken."));
      else events.receive(data.toString("utf8"));
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

  get bufferedBytes(): number {
    return this.#pending.length + this.#socket.writableLength;
  }

  send(frame: Frame): void {
    if (this.#closing) return;
    if (this.#pending === "") flushLater(this);
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
    this.flush();
    this.#closing = true;
    this.#ws.close(code, reason);
  }

  cut(): void {
    this.#ws.terminate();
  }

  /** The client took nothing for too long: the close frame would wait behind the rest, so the link is cut. */
  stalled(): void {
    this.close(CLOSE.stalled, "no progress; resume");
    this.#ws.terminate();
  }

  /** Writes what was sent in this turn. */
  flush(): void {
    const bytes = this.#pending;
    this.#pending = "";
    if (bytes === "" || this.#closing || !this.#socket.writable) return;
    if (!this.#socket.write(bytes, "latin1")) this.#full = true;
  }
}

const unflushed: WebSocketTransport[] = [];

/** Has it flushed, with all others of this turn, when the present task is done. */
function flushLater(transport: WebSocketTransport): void {
  if (unflushed.push(transport) === 1) queueMicrotask(flushAll);
}

function flushAll(): void {
  for (const transport of unflushed.splice(0)) transport.flush();
}
