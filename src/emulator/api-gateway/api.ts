import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { Connection, type Parting } from "./connection.ts";
import { newId } from "./connection-id.ts";
import { EventMaker } from "./event-maker.ts";
import { type Accepted, Handshake } from "./handshake.ts";
import { Integration } from "./integration.ts";
import { Management } from "./management.ts";
import { Messages } from "./messages.ts";
import { type Settings, settingsOf, type WebSocketApiOptions } from "./options.ts";
import { Refusal, type RefusedRequest, refuse } from "./refusal.ts";
import { Routes } from "./routes.ts";
import { Throttle } from "./throttle.ts";

/** An API Gateway WebSocket API with one stage, to be mounted on an HTTP server. */
export interface WebSocketApi extends AsyncDisposable {
  /** Plays the handshake; for upgrades whose path is `/{stage}` (others are refused with 403). */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Answers `/{stage}/@connections/{id}`; false where the request is for something else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** How many clients are connected. */
  readonly connections: number;
  /** Their ids, oldest first. */
  readonly connectionIds: readonly string[];
  /** Cuts a client off as a broken network would, or closes with this code; false where it is not connected. */
  disconnect(connectionId: string, close?: { readonly code: number; readonly reason?: string }): boolean;
  /** Closes every connection with 1001 and waits for the `$disconnect` functions; whoever comes later gets 503. */
  close(): Promise<void>;
}

/** Makes one; throws a `TypeError` where a route key, the selection or an identity source is not one that API Gateway takes. */
export function webSocketApi(options: WebSocketApiOptions): WebSocketApi {
  return new EmulatedApi(settingsOf(options));
}

/** So long a client may take to answer a close frame. */
const CLOSE_TIMEOUT_MS = 1000;

class EmulatedApi implements WebSocketApi {
  readonly #settings: Settings;
  readonly #routes: Routes;
  readonly #events: EventMaker;
  readonly #integration: Integration;
  readonly #handshake: Handshake;
  readonly #messages: Messages;
  readonly #management: Management;
  readonly #newConnections: Throttle;
  /** Handshakes that are not decided. */
  readonly #pending: Map<Duplex, RefusedRequest> = new Map();
  /** From the 101 on, until the link is gone. */
  readonly #connections: Map<string, Connection> = new Map();
  /** One for every connection, until its `$disconnect` function has answered. */
  readonly #farewells: Set<Promise<void>> = new Set();
  #closed = false;

  constructor(settings: Settings) {
    const { clock, limits } = settings;
    this.#settings = settings;
    this.#routes = new Routes(settings);
    this.#events = new EventMaker(settings);
    this.#integration = new Integration(clock, limits.integrationTimeoutMs);
    this.#handshake = new Handshake(settings, this.#routes, this.#events, this.#integration);
    this.#newConnections = new Throttle(limits.connectionsPerSecond, clock);
    const requests = new Throttle(limits.requestsPerSecond, clock);
    this.#messages = new Messages(settings, this.#routes, this.#events, this.#integration, requests);
    this.#management = new Management(settings, this.#connections, requests);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ids = { connectionId: newId(), requestId: newId() };
    socket.on("error", () => {});
    const { url = "" } = request;
    if (url.length > this.#settings.limits.maxUrlLength) return refuse(socket, new Refusal(414), ids);
    if (stageOf(url) !== this.#settings.stage) return refuse(socket, new Refusal(403), ids);
    let accepted: Accepted | undefined;
    // One server object a handshake: its callbacks know whose it is.
    const options: ServerOptions & { readonly closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: this.#settings.limits.maxMessageBytes,
      closeTimeout: CLOSE_TIMEOUT_MS,
      handleProtocols: () => accepted?.subprotocol ?? false,
      verifyClient: (_, proceed) => {
        this.#accept(request, ids.connectionId, ids.requestId).then(
          (result) => {
            accepted = result;
            proceed(true);
          },
          (thrown: unknown) => refuse(socket, thrown instanceof Refusal ? thrown : new Refusal(500), ids),
        );
      },
    };
    this.#pending.set(socket, ids);
    socket.once("close", () => this.#pending.delete(socket));
    new WebSocketServer(options).handleUpgrade(request, socket, head, (ws) => this.#open(accepted!, ws, socket));
  }

  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#management.handle(request, response);
  }

  get connections(): number {
    return this.connectionIds.length;
  }

  get connectionIds(): readonly string[] {
    return Array.from(this.#connections.values())
      .filter(({ open }) => open)
      .map(({ facts }) => facts.connectionId);
  }

  disconnect(connectionId: string, close?: { readonly code: number; readonly reason?: string }): boolean {
    const connection = this.#connections.get(connectionId);
    if (connection?.open !== true) return false;
    if (close === undefined) connection.cut();
    else connection.close(close.code, close.reason);
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const [socket, ids] of this.#pending) refuse(socket, new Refusal(503), ids);
    for (const connection of this.#connections.values()) connection.close(1001, "Going away");
    while (this.#farewells.size > 0) await Promise.all(this.#farewells);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #accept(request: IncomingMessage, connectionId: string, requestId: string): Promise<Accepted> {
    try {
      if (this.#closed) throw new Refusal(503);
      if (!this.#newConnections.take()) throw new Refusal(429);
      return await this.#handshake.accept(request, connectionId, requestId);
    } catch (err) {
      this.#settings.logger.info({ connectionId, requestId, err }, "a handshake was refused");
      throw err;
    }
  }

  #open({ facts }: Accepted, ws: WebSocket, socket: Duplex): void {
    const connection = new Connection(facts, ws, this.#settings);
    this.#pending.delete(socket);
    this.#connections.set(facts.connectionId, connection);
    const { promise: parting, resolve: part } = Promise.withResolvers<Parting>();
    connection.listen(socket, { message: (text) => void this.#messages.take(connection, text), gone: part });
    const farewell = parting.then((last) => this.#disconnected(connection, last));
    this.#farewells.add(farewell);
    void farewell.then(() => this.#farewells.delete(farewell));
  }

  /** Best effort, as on AWS: nobody hears where it fails. */
  async #disconnected({ facts }: Connection, { code, reason }: Parting): Promise<void> {
    this.#connections.delete(facts.connectionId);
    if (this.#routes.disconnect === undefined) return;
    try {
      await this.#integration.invoke(this.#routes.disconnect, this.#events.disconnect(facts, code, reason));
    } catch (err) {
      this.#settings.logger.warn({ connectionId: facts.connectionId, err }, "the $disconnect function failed");
    }
  }
}

/** `/titles`, `/titles/` and `/titles?token=…` lead to the stage `titles`; nothing stands behind the stage. */
function stageOf(url: string): string | undefined {
  return /^\/+([^/?]+)\/?(?:\?|$)/.exec(url)?.[1];
}
