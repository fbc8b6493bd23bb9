import { type Caller, type Principal, isOver, placeCaller } from "../../principal.ts";
import { SluiceError, toSluiceError } from "../../protocol/errors.ts";
import { NATIVE_SUBPROTOCOL } from "../../protocol/frames.ts";
import { type UpgradeRequest, admit, offersNative } from "../admission.ts";
import type { Defence } from "../http/defence.ts";
import type { Composition } from "./composition.ts";
import type { AuthorizerEvent, Handshake, LambdaContext, SocketEvent } from "./events.ts";
import { ANSWER_MS } from "./posts.ts";
import { rosterDelegate } from "./roster-delegate.ts";
import { openLink } from "./socket-link.ts";

/** What API Gateway takes as the answer to a WebSocket event. */
export interface SocketResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The authorizer's answer: an IAM policy, and what the events of the connection are to know. */
export interface Policy {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: "2012-10-17";
    readonly Statement: readonly { Action: "execute-api:Invoke"; Effect: "Allow" | "Deny"; Resource: string }[];
  };
  readonly context?: Readonly<Record<string, string>>;
}

/** Where the authorizer leaves the principal for `$connect`: API Gateway takes 8 KB of context at most. */
const PRINCIPAL = "sluicePrincipal";
const MOST_CONTEXT = 7 * 1024;

/** Left for what must still be done when a function's time is nearly over: a post that hangs, and hanging up. */
const MARGIN_MS = ANSWER_MS + 2000;

const OK: SocketResult = { statusCode: 200 };

/** Answers the events of one WebSocket API whose stage is named like an app, or whose only app this is. */
export class SocketEvents {
  readonly #parts: Composition;
  readonly #defence: Defence;
  readonly #callbackUrl: string | undefined;

  constructor(parts: Composition, defence: Defence, callbackUrl: string | undefined) {
    this.#parts = parts;
    this.#defence = defence;
    this.#callbackUrl = callbackUrl;
  }

  /** `$connect` with an authorizer of its own: 401 for `Unauthorized`, 403 for a policy that denies. */
  async authorize(event: AuthorizerEvent): Promise<Policy> {
    const app = this.#appOf(event);
    try {
      const { principal, owner } = await admit(
        this.#parts.engine,
        app,
        upgradeOf(event),
        event.requestContext.connectionId,
      );
      const context = principal === undefined ? "" : JSON.stringify(principal);
      if (Buffer.byteLength(context) > MOST_CONTEXT)
        throw new SluiceError("forbidden", "The token's claims are too many.");
      return policy(event, owner, "Allow", context);
    } catch (thrown) {
      const { code } = toSluiceError(thrown);
      // The one message that API Gateway turns into 401.
      if (code === "unauthorized") throw new Error("Unauthorized", { cause: thrown });
      return policy(event, "", "Deny", "");
    }
  }

  async handle(event: SocketEvent, context: LambdaContext): Promise<SocketResult> {
    switch (event.requestContext.eventType) {
      case "CONNECT":
        return this.#connect(event);
      case "MESSAGE":
        return this.#message(event, context);
      case "DISCONNECT":
        await this.#parts.connections.delete(this.#appOf(event), event.requestContext.connectionId);
        return OK;
    }
  }

  async #connect(event: SocketEvent): Promise<SocketResult> {
    const { connectionId } = event.requestContext;
    const request = upgradeOf(event);
    try {
      this.#defence.checkOrigin({ host: request.header("host"), origin: request.header("origin") });
      const caller = await this.#callerOf(event, request);
      const native = offersNative(request);
      const session = request.header("sluice-session") ?? request.query.get("session") ?? undefined;
      const callbackUrl = this.#callbackOf(event);
      await this.#parts.connections.put(connectionId, session || undefined, { caller, native, callbackUrl });
      return native ? { ...OK, headers: { "Sec-WebSocket-Protocol": NATIVE_SUBPROTOCOL } } : OK;
    } catch (thrown) {
      const error = toSluiceError(thrown);
      if (error.code === "internal") this.#parts.engine.logger.error({ err: thrown, connectionId }, "cannot connect");
      return { statusCode: error.status };
    }
  }

  /** Whom the authorizer let in; where the API has none, the gateway's own is asked here. */
  async #callerOf(event: SocketEvent, request: UpgradeRequest): Promise<Caller> {
    const { connectionId, authorizer } = event.requestContext;
    const app = this.#appOf(event);
    const known = authorizer?.[PRINCIPAL];
    if (typeof known === "string" && known !== "") {
      return placeCaller(app, JSON.parse(known) as Principal, undefined, connectionId);
    }
    return admit(this.#parts.engine, app, request, connectionId);
  }

  async #message(event: SocketEvent, context: LambdaContext): Promise<SocketResult> {
    const { engine, connections, posts, roster } = this.#parts;
    const { connectionId } = event.requestContext;
    const app = this.#appOf(event);
    const known = await connections.get(app, connectionId);
    if (known === undefined) {
      // Its client is to come again, and be known.
      await posts.line(this.#callbackOf(event), connectionId).hangUp();
      return OK;
    }
    const delegate = rosterDelegate(roster, connectionId);
    const link = openLink(this.#parts, connectionId, known, delegate);
    const { connection, transport } = link;
    // What is not done in time is left to the client, which comes back with its own offset.
    const remainingMs = context.getRemainingTimeInMillis();
    const stop = engine.clock.after(Math.max(remainingMs - MARGIN_MS, remainingMs / 2), () => transport.close());
    const { principal: former } = known.caller;
    if (former !== undefined && isOver(former, engine.clock.now())) {
      connection.refuse(new SluiceError("unauthorized", "The token has expired."));
    } else {
      await connection.take(event.body ?? "");
    }
    await link.settled();
    stop();
    const { principal } = connection.caller;
    if (principal !== undefined && principal !== former) {
      await connections.renew(app, connectionId, principal);
    }
    connection.gone();
    return OK;
  }

  #appOf({ requestContext: { stage } }: SocketEvent | AuthorizerEvent): string {
    const { engine } = this.#parts;
    const [only, ...others] = engine.apps;
    return engine.hasApp(stage) || others.length > 0 ? stage : only!;
  }

  #callbackOf({ requestContext: { domainName, stage } }: SocketEvent): string {
    return (this.#callbackUrl ?? `https://${domainName}/{stage}`).replace("{stage}", stage);
  }
}

function policy({ methodArn }: AuthorizerEvent, owner: string, Effect: "Allow" | "Deny", principal: string): Policy {
  return {
    principalId: owner === "" ? "anonymous" : owner,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect, Resource: methodArn }],
    },
    ...(principal !== "" && { context: { [PRINCIPAL]: principal } }),
  };
}

function upgradeOf({ headers, queryStringParameters }: Handshake): UpgradeRequest {
  const byName = new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return { header: (name) => byName.get(name), query: new URLSearchParams(queryStringParameters ?? {}) };
}
