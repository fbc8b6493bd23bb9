/** The events of a WebSocket API as captured from AWS; which members an event has, and has not, is part of its meaning. */
export type WebSocketEvent = WebSocketConnectEvent | WebSocketMessageEvent | WebSocketDisconnectEvent;

export interface WebSocketConnectEvent extends ProxyEvent, RequestHeaders {
  /** Only where the URL has a query string; of a name that comes twice, the last value. */
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
  readonly requestContext: WebSocketRequestContext<"CONNECT">;
}

/** A message has no headers. */
export interface WebSocketMessageEvent extends ProxyEvent {
  readonly requestContext: WebSocketRequestContext<"MESSAGE"> & { readonly messageId: string };
  /** The message as the client sent it. */
  readonly body: string;
}

export interface WebSocketDisconnectEvent extends ProxyEvent, RequestHeaders {
  readonly requestContext: WebSocketRequestContext<"DISCONNECT"> & {
    /** The close code; 1005 where the close frame had none, 1006 where there was no close frame. */
    readonly disconnectStatusCode: number;
    readonly disconnectReason: string;
  };
}

/** What a REQUEST authorizer is asked. */
export interface WebSocketAuthorizerEvent extends RequestHeaders {
  readonly type: "REQUEST";
  /** `arn:aws:execute-api:{region}:{account}:{api}/{stage}/$connect` */
  readonly methodArn: string;
  readonly queryStringParameters: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>>;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly requestContext: WebSocketRequestContext<"CONNECT">;
}

export interface WebSocketRequestContext<Type extends "CONNECT" | "MESSAGE" | "DISCONNECT"> {
  /** `$connect`, `$disconnect`, or the key of the route that was chosen. */
  readonly routeKey: string;
  readonly eventType: Type;
  /** The same as `requestId`. */
  readonly extendedRequestId: string;
  /** Like `16/Mar/2025:00:46:22 +0000`. */
  readonly requestTime: string;
  readonly messageDirection: "IN";
  readonly stage: string;
  /** Epoch milliseconds; the same over the whole connection. */
  readonly connectedAt: number;
  /** Epoch milliseconds. */
  readonly requestTimeEpoch: number;
  readonly identity: WebSocketIdentity;
  readonly requestId: string;
  readonly domainName: string;
  readonly connectionId: string;
  readonly apiId: string;
  /** What the authorizer said, on every event of the connection. */
  readonly authorizer?: WebSocketAuthorizerContext;
}

export interface WebSocketIdentity {
  readonly sourceIp: string;
  /** Absent where the client sent no `User-Agent`. */
  readonly userAgent?: string;
}

export interface WebSocketAuthorizerContext {
  readonly principalId: string;
  /** How long the authorizer took, in milliseconds. */
  readonly integrationLatency: number;
  readonly [name: string]: string | number | boolean;
}

interface ProxyEvent {
  readonly isBase64Encoded: false;
  /** Only where the stage has some. */
  readonly stageVariables?: Readonly<Record<string, string>>;
}

interface RequestHeaders {
  /** Names as the client wrote them; of a name that comes twice, the last value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
}
