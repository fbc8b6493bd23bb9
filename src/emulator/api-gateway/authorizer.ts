import { isJsonObject, type Json } from "../../protocol/json.ts";
import type { WebSocketAuthorizerContext, WebSocketAuthorizerEvent } from "./events.ts";
import { type IdentitySource, readIdentitySource } from "./identity-source.ts";
import type { Integration } from "./integration.ts";
import type { Settings, WebSocketAuthorizer } from "./options.ts";
import { allows } from "./policy.ts";
import { Refusal } from "./refusal.ts";

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** A REQUEST authorizer: it is asked anew at every handshake, since API Gateway caches no answer for WebSocket APIs. */
export class Authorizer {
  readonly #authorizer: WebSocketAuthorizer;
  readonly #sources: readonly IdentitySource[];
  readonly #settings: Settings;
  readonly #integration: Integration;

  /** Throws where an identity source cannot be read. */
  constructor(authorizer: WebSocketAuthorizer, settings: Settings, integration: Integration) {
    this.#authorizer = authorizer;
    this.#sources = authorizer.identitySources.map(readIdentitySource);
    this.#settings = settings;
    this.#integration = integration;
  }

  /** Gives what the connection's events carry as `authorizer`; rejects with the `Refusal` that the client gets. */
  async authorize(event: WebSocketAuthorizerEvent): Promise<WebSocketAuthorizerContext> {
    const { clock, limits, uncertain } = this.#settings;
    if (this.#sources.some((source) => (source(event) ?? "") === "")) throw new Refusal(UNAUTHORIZED);
    const startedAt = clock.now();
    const answer = await this.#ask(event);
    try {
      if (Buffer.byteLength(JSON.stringify(answer)) > limits.maxAuthorizerBytes)
        throw new RangeError("The answer is too large.");
      if (!isJsonObject(answer)) throw new TypeError("The answer is no object.");
      const { principalId, policyDocument, context = {} } = answer;
      if (typeof principalId !== "string") throw new TypeError("The answer has no principalId.");
      const values = contextOf(context, uncertain.authorizerContextAsStrings);
      if (!allows(policyDocument, event.methodArn)) throw new Refusal(FORBIDDEN);
      return { principalId, integrationLatency: clock.now() - startedAt, ...values };
    } catch (thrown) {
      throw thrown instanceof Refusal ? thrown : new Refusal(uncertain.authorizerFailureStatus, { cause: thrown });
    }
  }

  async #ask(event: WebSocketAuthorizerEvent): Promise<unknown> {
    const { unauthorizedStatus, authorizerFailureStatus } = this.#settings.uncertain;
    try {
      return await this.#integration.invoke(this.#authorizer.function, event);
    } catch (thrown) {
      const unauthorized = thrown instanceof Error && thrown.message === "Unauthorized";
      throw new Refusal(unauthorized ? unauthorizedStatus : authorizerFailureStatus, { cause: thrown });
    }
  }
}

function contextOf(context: Json, asStrings: boolean): Record<string, string | number | boolean> {
  if (!isJsonObject(context)) throw new TypeError("The context is no object.");
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => {
      if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
        throw new TypeError(`The context's "${name}" is no string, number or boolean.`);
      }
      return [name, asStrings ? String(value) : value];
    }),
  );
}
