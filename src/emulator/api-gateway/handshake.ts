import type { IncomingMessage } from "node:http";
import { Authorizer } from "./authorizer.ts";
import type { ConnectionFacts, EventMaker } from "./event-maker.ts";
import type { Integration, IntegrationResult } from "./integration.ts";
import type { Settings } from "./options.ts";
import { Refusal } from "./refusal.ts";
import { detailsOf } from "./request-details.ts";
import type { Routes } from "./routes.ts";

/** What a handshake that went well leads to. */
export interface Accepted {
  readonly facts: ConnectionFacts;
  /** What the `$connect` function answered; API Gateway picks none by itself. */
  readonly subprotocol?: string;
}

/** Decides whether a client may connect: the authorizer, then the `$connect` function. */
export class Handshake {
  readonly #settings: Settings;
  readonly #routes: Routes;
  readonly #events: EventMaker;
  readonly #integration: Integration;
  readonly #authorizer: Authorizer | undefined;

  constructor(settings: Settings, routes: Routes, events: EventMaker, integration: Integration) {
    this.#settings = settings;
    this.#routes = routes;
    this.#events = events;
    this.#integration = integration;
    this.#authorizer = settings.authorizer && new Authorizer(settings.authorizer, settings, integration);
  }

  /** Rejects with the `Refusal` that the client gets. */
  async accept(request: IncomingMessage, connectionId: string, requestId: string): Promise<Accepted> {
    const { clock, domainName } = this.#settings;
    const connectedAt = clock.now();
    const details = detailsOf(request, connectedAt);
    const { identity, host } = details;
    const stranger: ConnectionFacts = { connectionId, connectedAt, domainName: domainName?.() ?? host, identity };
    const authorizer = await this.#authorizer?.authorize(this.#events.authorizer(stranger, details, requestId));
    const facts: ConnectionFacts = { ...stranger, ...(authorizer !== undefined && { authorizer }) };
    if (this.#routes.connect === undefined) return { facts };
    const { statusCode, headers, body } = await this.#connect(this.#events.connect(facts, details, requestId));
    if (statusCode >= 300)
      throw new Refusal(statusCode, { body: (this.#settings.uncertain.sendConnectBody && body) || "" });
    const subprotocol = headers["sec-websocket-protocol"];
    return { facts, ...(subprotocol !== undefined && { subprotocol }) };
  }

  async #connect(event: unknown): Promise<IntegrationResult> {
    try {
      return await this.#integration.call(this.#routes.connect!, event);
    } catch (thrown) {
      throw new Refusal(this.#settings.uncertain.connectFailureStatus, { cause: thrown });
    }
  }
}
