import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import type { Connection } from "../../connection.ts";
import type { Limits } from "../../limits.ts";
import { CLOSE } from "../../protocol/errors.ts";
import type { WebSocketTransport } from "../../transport/websocket.ts";
import type { Stalls } from "./stalls.ts";

/** The reason of the close. */
const RESUME = "the server restarts; reconnect and resume";

interface WebSocketLink {
  readonly ws: WebSocket;
  readonly socket: Socket;
  readonly transport: WebSocketTransport;
  readonly connection: Connection;
  /** Bytes heard from the client when it was last looked at, and when they were last more than before. */
  heard: number;
  heardAt: number;
}

/**
 * The open WebSockets of this process: keeps them alive, cuts those that are dead, closes them at the end. It asks them at
 * each heartbeat and has no listener on any: an idle link costs one small object.
 */
export class Links {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #stalls: Stalls;
  readonly #links = new Set<WebSocketLink>();
  #stopBeating: () => void;
  /** Set once all are told to go: how long whoever comes later has for it. */
  #closingMs: number | undefined;

  constructor(clock: Clock, limits: Limits, stalls: Stalls) {
    this.#clock = clock;
    this.#limits = limits;
    this.#stalls = stalls;
    this.#stopBeating = this.#beatLater();
  }

  add(ws: WebSocket, socket: Socket, transport: WebSocketTransport, connection: Connection): void {
    if (this.#closingMs !== undefined) {
      ws.once(
        "close",
        this.#clock.after(this.#closingMs, () => ws.terminate()),
      );
      connection.close(CLOSE.restart, RESUME);
      return;
    }
    this.#links.add({ ws, socket, transport, connection, heard: socket.bytesRead, heardAt: this.#clock.now() });
    this.#stalls.watch(socket, transport);
  }

  /** Tells those that follow nothing to reconnect elsewhere. */
  closeIdle(): void {
    for (const { connection } of this.#links) {
      if (connection.following === 0) connection.close(CLOSE.restart, "the server restarts; reconnect");
    }
  }

  /** Tells all to reconnect; resolves when they are gone, at the latest after `waitMs`. */
  async closeAll(waitMs: number): Promise<void> {
    this.#stopBeating();
    this.#closingMs = waitMs;
    const open = [...this.#links].filter(({ ws }) => ws.readyState !== ws.CLOSED);
    const gone = open.map(
      ({ ws, connection }) =>
        new Promise<void>((resolve) => {
          ws.once("close", () => resolve());
          connection.close(CLOSE.restart, RESUME);
        }),
    );
    const late = this.#clock.after(waitMs, () => this.#terminate());
    await Promise.all(gone);
    late();
  }

  #terminate(): void {
    for (const { ws } of this.#links) ws.terminate();
  }

  #beatLater(): () => void {
    return this.#clock.after(this.#limits.heartbeatMs, () => {
      this.#beat();
      this.#stopBeating = this.#beatLater();
    });
  }

  /**
   * A ping behind unsent frames would prove nothing: only idle links are asked. Silence counts from when a link is idle;
   * before that, `Stalls` looks after it.
   */
  #beat(): void {
    const now = this.#clock.now();
    for (const link of this.#links) {
      const heard = link.socket.bytesRead;
      if (heard !== link.heard || !link.transport.idle) Object.assign(link, { heard, heardAt: now });
      if (link.ws.readyState === link.ws.CLOSED) this.#links.delete(link);
      else if (!link.transport.idle) continue;
      else if (link.heardAt < now - this.#limits.stallMs) link.ws.terminate();
      else link.ws.ping();
    }
  }
}
