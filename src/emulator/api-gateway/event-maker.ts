import { newId } from "./connection-id.ts";
import type {
  WebSocketAuthorizerContext,
  WebSocketAuthorizerEvent,
  WebSocketConnectEvent,
  WebSocketDisconnectEvent,
  WebSocketIdentity,
  WebSocketMessageEvent,
  WebSocketRequestContext,
} from "./events.ts";
import type { Settings } from "./options.ts";
import type { RequestDetails } from "./request-details.ts";

/** What stays the same over a connection. */
export interface ConnectionFacts {
  readonly connectionId: string;
  readonly connectedAt: number;
  readonly domainName: string;
  readonly identity: WebSocketIdentity;
  readonly authorizer?: WebSocketAuthorizerContext;
}

/** Makes the events of one API. */
export class EventMaker {
  readonly #settings: Settings;
  readonly #stageVariables: { stageVariables?: Readonly<Record<string, string>> };

  constructor(settings: Settings) {
    const { stageVariables } = settings;
    this.#settings = settings;
    this.#stageVariables = Object.keys(stageVariables).length > 0 ? { stageVariables } : {};
  }

  /** `arn:aws:execute-api:…/{stage}/$connect` */
  get connectArn(): string {
    const { region, accountId, apiId, stage } = this.#settings;
    return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/$connect`;
  }

  authorizer(facts: ConnectionFacts, details: RequestDetails, requestId: string): WebSocketAuthorizerEvent {
    const { headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters } = details;
    return {
      type: "REQUEST",
      methodArn: this.connectArn,
      headers,
      multiValueHeaders,
      queryStringParameters,
      multiValueQueryStringParameters,
      stageVariables: this.#settings.stageVariables,
      requestContext: this.#context("$connect", "CONNECT", facts, requestId),
    };
  }

  connect(facts: ConnectionFacts, details: RequestDetails, requestId: string): WebSocketConnectEvent {
    const { headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters } = details;
    return {
      headers,
      multiValueHeaders,
      ...(details.hasQuery && { queryStringParameters, multiValueQueryStringParameters }),
      ...this.#stageVariables,
      requestContext: this.#context("$connect", "CONNECT", facts, requestId),
      isBase64Encoded: false,
    };
  }

  message(facts: ConnectionFacts, routeKey: string, body: string, requestId: string): WebSocketMessageEvent {
    return {
      ...this.#stageVariables,
      requestContext: { ...this.#context(routeKey, "MESSAGE", facts, requestId), messageId: newId() },
      body,
      isBase64Encoded: false,
    };
  }

  disconnect(facts: ConnectionFacts, code: number, reason: string): WebSocketDisconnectEvent {
    const headers = { Host: facts.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
    return {
      headers,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      ...this.#stageVariables,
      requestContext: {
        ...this.#context("$disconnect", "DISCONNECT", facts, newId()),
        disconnectStatusCode: code,
        disconnectReason: reason,
      },
      isBase64Encoded: false,
    };
  }

  #context<Type extends "CONNECT" | "MESSAGE" | "DISCONNECT">(
    routeKey: string,
    eventType: Type,
    facts: ConnectionFacts,
    requestId: string,
  ): WebSocketRequestContext<Type> {
    const { clock, stage, apiId } = this.#settings;
    const now = clock.now();
    return {
      routeKey,
      eventType,
      extendedRequestId: requestId,
      requestTime: logTime(now),
      messageDirection: "IN",
      stage,
      connectedAt: facts.connectedAt,
      requestTimeEpoch: now,
      identity: facts.identity,
      requestId,
      domainName: facts.domainName,
      connectionId: facts.connectionId,
      apiId,
      ...(facts.authorizer !== undefined && { authorizer: facts.authorizer }),
    };
  }
}

/** The time format of the Common Log Format, in UTC. */
function logTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
