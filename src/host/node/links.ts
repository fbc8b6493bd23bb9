import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import type { Connection } from "../../connection.ts";
import type { Limits } from "../../limits.ts";
import { CLOSE } from "../../protocol/errors.ts";
import type { WebSocketTransport } from "../../transport/websocket.ts";
import type { Stalls } from "./stalls.ts";

interface WebSocketLink {
  readonly ws: WebSocket;
  readonly transport: WebSocketTransport;
  readonly connection: Connection;
  /** When something was last heard from the client. */
  heardAt: number;
}

/** The open WebSockets of this process: keeps them alive, cuts those that are dead, closes them at the end. */
export class Links {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #stalls: Stalls;
  readonly #links = new Set<WebSocketLink>();
  #stopBeating: () => void;

  constructor(clock: Clock, limits: Limits, stalls: Stalls) {
    this.#clock = clock;
    this.#limits = limits;
    this.#stalls = stalls;
    this.#stopBeating = this.#beatLater();
  }

  add(ws: WebSocket, socket: Socket, transport: WebSocketTransport, connection: Connection): void {
    const link: WebSocketLink = { ws, transport, connection, heardAt: this.#clock.now() };
    const heard = (): void => {
      link.heardAt = this.#clock.now();
    };
    ws.on("pong", heard);
    ws.on("ping", heard);
    ws.on("message", heard);
    ws.on("close", () => this.#links.delete(link));
    this.#stalls.watch(socket, () => transport.stalled());
    this.#links.add(link);
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
    const gone = [...this.#links].map(
      ({ ws, connection }) =>
        new Promise<void>((resolve) => {
          ws.once("close", () => resolve());
          connection.close(CLOSE.restart, "the server restarts; reconnect and resume");
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
      if (!link.transport.idle) link.heardAt = now;
      else if (link.heardAt < now - this.#limits.stallMs) link.ws.terminate();
      else link.ws.ping();
    }
  }
}
