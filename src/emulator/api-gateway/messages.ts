import type { Connection } from "./connection.ts";
import { newId } from "./connection-id.ts";
import type { EventMaker } from "./event-maker.ts";
import { gatewayFrame } from "./gateway-frames.ts";
import type { Integration } from "./integration.ts";
import type { Settings } from "./options.ts";
import type { Routes } from "./routes.ts";
import type { Throttle } from "./throttle.ts";

/** Brings messages to the functions of their routes. */
export class Messages {
  readonly #settings: Settings;
  readonly #routes: Routes;
  readonly #events: EventMaker;
  readonly #integration: Integration;
  readonly #throttle: Throttle;

  constructor(settings: Settings, routes: Routes, events: EventMaker, integration: Integration, throttle: Throttle) {
    this.#settings = settings;
    this.#routes = routes;
    this.#events = events;
    this.#integration = integration;
    this.#throttle = throttle;
  }

  /**
   * Invokes the function at once: messages of one connection do not wait for each other. Whatever goes wrong, the client is
   * told, on one-way routes too, and stays connected.
   */
  async take(connection: Connection, text: string): Promise<void> {
    const { facts } = connection;
    const requestId = newId();
    if (!this.#throttle.take()) {
      connection.send(gatewayFrame("Too Many Requests", facts.connectionId, requestId));
      return;
    }
    const route = this.#routes.choose(text);
    if (route === undefined) {
      connection.send(gatewayFrame("Forbidden", facts.connectionId, requestId));
      return;
    }
    try {
      const event = this.#events.message(facts, route.key, text, requestId);
      const { body } = await this.#integration.call(route.function, event);
      if (route.twoWay === true && body !== undefined) connection.send(body);
    } catch (err) {
      const fields = { connectionId: facts.connectionId, requestId, route: route.key, err };
      this.#settings.logger.warn(fields, "the function of a route failed");
      connection.send(gatewayFrame("Internal server error", facts.connectionId, requestId));
    }
  }
}
