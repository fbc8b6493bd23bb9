/** An echo behind an API Gateway WebSocket API: Lambda handlers and the AWS SDK, nothing else. */
// oxlint-disable no-console -- a function's log is its console
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import type { AuthorizerEvent, AuthorizerResult, Result, WebSocketEvent } from "./events.ts";

// Where to: AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI, which the SDK reads by itself.
const connections = new ApiGatewayManagementApiClient({});

const SUBPROTOCOL = "echo.v1";
const LONGEST_NAME = 20;

/** One function for all routes. */
export async function handler(event: WebSocketEvent): Promise<Result> {
  switch (event.requestContext.routeKey) {
    case "$connect":
      return connect(event);
    case "$disconnect":
      return disconnect(event);
    default:
      return echo(event);
  }
}

/** Decides on the handshake; `?name=` may not be long. */
export async function connect(event: WebSocketEvent): Promise<Result> {
  const { name = "" } = event.queryStringParameters ?? {};
  if (name.length > LONGEST_NAME) return { statusCode: 400 };
  const [, offered = ""] =
    Object.entries(event.headers ?? {}).find(([header]) => header.toLowerCase() === "sec-websocket-protocol") ?? [];
  const picked = offered.split(/,\s*/).includes(SUBPROTOCOL);
  return { statusCode: 200, ...(picked && { headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL } }) };
}

export async function disconnect({ requestContext }: WebSocketEvent): Promise<Result> {
  console.log(`${requestContext.connectionId} left with ${requestContext.disconnectStatusCode}`);
  return { statusCode: 200 };
}

/** Answers through `@connections`: what came, by which route, and what the authorizer said. */
export async function echo({ requestContext, body }: WebSocketEvent): Promise<Result> {
  const { connectionId, routeKey, authorizer } = requestContext;
  const Data = JSON.stringify({ echo: body, routeKey, connectionId, authorizer });
  await connections.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
  return { statusCode: 200 };
}

/** Always fails: its client gets an "Internal server error" frame and stays connected. */
export async function broken(): Promise<Result> {
  throw new Error("This route is broken.");
}

/** A two-way route: the body of its result goes to the client. */
export async function count({ body = "" }: WebSocketEvent): Promise<Result> {
  return { statusCode: 200, body: JSON.stringify({ characters: body.length }) };
}

/** Lets in whoever brings `?token=let-me-in`. */
export async function authorize(event: AuthorizerEvent): Promise<AuthorizerResult> {
  const { token } = event.queryStringParameters ?? {};
  if (token === "expired") throw new Error("Unauthorized");
  const Effect = token === "let-me-in" ? "Allow" : "Deny";
  return {
    principalId: "ann",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect, Resource: event.methodArn }],
    },
    context: { userId: 17, admin: true },
  };
}
