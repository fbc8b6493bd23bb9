/** What API Gateway hands to the function behind a WebSocket API ("AWS_PROXY" integration), as far as it is read here. */
export interface SocketEvent extends Handshake {
  readonly requestContext: SocketContext & {
    readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
    /** What the authorizer said, on every event of the connection; values arrive as strings. */
    readonly authorizer?: Readonly<Record<string, unknown>>;
  };
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** What it hands to a REQUEST authorizer, on `$connect` alone. */
export interface AuthorizerEvent extends Handshake {
  readonly type: "REQUEST";
  readonly methodArn: string;
  readonly requestContext: SocketContext;
}

/** The upgrade request, as far as it reaches a function. */
export interface Handshake {
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
}

interface SocketContext {
  readonly connectionId: string;
  readonly domainName: string;
  readonly stage: string;
}

/** What EventBridge sends by a schedule. */
export interface ScheduledEvent {
  readonly source: "aws.events";
}

/** The part of Lambda's context object that is used. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export function isSocketEvent(event: unknown): event is SocketEvent {
  return typeof contextOf(event)["eventType"] === "string" && typeof contextOf(event)["connectionId"] === "string";
}

export function isAuthorizerEvent(event: unknown): event is AuthorizerEvent {
  return (event as AuthorizerEvent | null)?.type === "REQUEST" && typeof contextOf(event)["connectionId"] === "string";
}

export function isScheduledEvent(event: unknown): event is ScheduledEvent {
  return (event as ScheduledEvent | null)?.source === "aws.events";
}

function contextOf(event: unknown): Record<string, unknown> {
  return (event as { requestContext?: Record<string, unknown> } | null)?.requestContext ?? {};
}
