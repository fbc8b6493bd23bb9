import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { FrameGuard } from "../../transport/websocket-guard.ts";
import type { ConnectionFacts } from "./event-maker.ts";
import type { Settings } from "./options.ts";

/** What a connection tells its API. */
export interface ConnectionEvents {
  message(text: string): void;
  /** The link is gone; told once. */
  gone(parting: Parting): void;
}

/** How a connection ended: the close code, 1006 where there was no close frame, and the reason. */
export interface Parting {
  readonly code: number;
  readonly reason: string;
}

const GOING_AWAY = 1001;
const NOT_TAKEN = 1003;
const NO_CODE = 1005;
const TOO_BIG = 1009;
/** What `$disconnect` was seen to say where the client's close frame had no code. */
const NO_CODE_REASON = "Client-side close frame status not set";

/** One client that is connected. */
export class Connection {
  readonly facts: ConnectionFacts;
  readonly #ws: WebSocket;
  readonly #settings: Settings;
  readonly #stopTimers: (() => void)[] = [];
  #lastActiveAt: number;
  /** How API Gateway closed it. */
  #closed: Parting | undefined;

  constructor(facts: ConnectionFacts, ws: WebSocket, settings: Settings) {
    this.facts = facts;
    this.#ws = ws;
    this.#settings = settings;
    this.#lastActiveAt = settings.clock.now();
  }

  /** Begins to hand on what the client sends, and to count its time. */
  listen(socket: Duplex, events: ConnectionEvents): void {
    const { limits, uncertain } = this.#settings;
    const guard = new FrameGuard(limits.maxFrameBytes, limits.maxMessageBytes);
    const watch = (bytes: Uint8Array): void => {
      if (guard.accepts(bytes)) return;
      socket.off("data", watch);
      this.close(TOO_BIG, "");
    };
    socket.prependListener("data", watch);
    this.#ws.on("message", (data: Buffer, isBinary: boolean) => {
      if (!this.open) return;
      if (isBinary) return this.close(NOT_TAKEN, "");
      this.#lastActiveAt = this.#settings.clock.now();
      events.message(data.toString("utf8"));
    });
    if (uncertain.pingKeepsAlive) this.#ws.on("ping", () => (this.#lastActiveAt = this.#settings.clock.now()));
    this.#ws.on("error", () => {});
    this.#ws.on("close", (code, reason) => {
      for (const stop of this.#stopTimers.splice(0)) stop();
      const theirs = { code, reason: code === NO_CODE ? NO_CODE_REASON : reason.toString("utf8") };
      events.gone(this.#closed ?? theirs);
    });
    this.#countAge(limits.maxAgeMs);
    this.#countIdle(limits.idleMs);
  }

  /** It is established, and nobody has begun to close it. */
  get open(): boolean {
    return this.#closed === undefined && this.#ws.readyState === WebSocket.OPEN;
  }

  /** Epoch milliseconds of the last message in either direction. */
  get lastActiveAt(): number {
    return this.#lastActiveAt;
  }

  /** Sends a text message; false where the connection closes or its client leaves too much unread. */
  send(text: string): boolean {
    if (!this.open || this.#ws.bufferedAmount > this.#settings.limits.maxBufferedBytes) return false;
    this.#lastActiveAt = this.#settings.clock.now();
    this.#ws.send(text);
    return true;
  }

  /** Begins the closing handshake; without a code the close frame has none. */
  close(code?: number, reason = ""): void {
    if (!this.open) return;
    this.#closed = { code: code ?? NO_CODE, reason };
    this.#ws.close(code, reason);
  }

  /** Ends the link without a close frame. */
  cut(): void {
    this.#ws.terminate();
  }

  #countAge(ms: number): void {
    this.#stopTimers.push(this.#settings.clock.after(ms, () => this.close(GOING_AWAY, "Going away")));
  }

  #countIdle(ms: number): void {
    const { clock, limits } = this.#settings;
    const stop = clock.after(ms, () => {
      this.#stopTimers.splice(this.#stopTimers.indexOf(stop), 1);
      if (!this.open) return;
      const left = this.#lastActiveAt + limits.idleMs - clock.now();
      if (left > 0) this.#countIdle(left);
      else this.close(GOING_AWAY, "Going away");
    });
    this.#stopTimers.push(stop);
  }
}
