import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import type { Connection } from "../../connection.ts";
import type { Limits } from "../../limits.ts";
import { CLOSE } from "../../protocol/errors.ts";
import type { WebSocketTransport } from "../../transport/websocket.ts";

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
  readonly #links = new Set<WebSocketLink>();
  #stopBeating: () => void;

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#stopBeating = this.#beatLater();
  }

  add(ws: WebSocket, socket: Duplex, transport: WebSocketTransport, connection: Connection): void {
    const link: WebSocketLink = { ws, transport, connection, heardAt: this.#clock.now() };
    const heard = (): void => {
      link.heardAt = this.#clock.now();
    };
    ws.on("pong", heard);
    ws.on("ping", heard);
    ws.on("message", heard);
    ws.on("close", () => this.#links.delete(link));
    this.#cutWhenStalled(socket as Socket, transport);
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

  /** A ping behind unsent frames would prove nothing: only idle links are asked. */
  #beat(): void {
    const deadline = this.#clock.now() - this.#limits.stallMs;
    for (const { ws, transport, heardAt } of this.#links) {
      if (!transport.idle) continue;
      if (heardAt < deadline) ws.terminate();
      else ws.ping();
    }
  }

  /** Node's socket timer counts what the kernel takes of a write under way as progress. */
  #cutWhenStalled(socket: Socket, transport: WebSocketTransport): void {
    socket.setTimeout(this.#limits.stallMs);
    socket.on("timeout", () => {
      if (socket.writableLength > 0) transport.stalled();
      else socket.setTimeout(this.#limits.stallMs);
    });
  }
}
