import { isJsonObject } from "../../protocol/json.ts";
import type { WebSocketAuthorizerEvent } from "./events.ts";

/** Finds an identity source in the event that the authorizer would get; undefined where it is missing. */
export type IdentitySource = (event: WebSocketAuthorizerEvent) => unknown;

/** Reads `route.request.header.X`, `route.request.querystring.X`, `context.X` or `stageVariables.X`; throws at another. */
export function readIdentitySource(expression: string): IdentitySource {
  const found = /^(route\.request\.header|route\.request\.querystring|context|stageVariables)\.(.+)$/.exec(expression);
  const [, where, name = ""] = found ?? [];
  switch (where) {
    case "route.request.header":
      return ({ headers }) => Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
    case "route.request.querystring":
      return ({ queryStringParameters }) => member(queryStringParameters, name);
    case "context":
      return ({ requestContext }) => name.split(".").reduce<unknown>(member, requestContext);
    case "stageVariables":
      return ({ stageVariables }) => member(stageVariables, name);
    default:
      throw new TypeError(`"${expression}" is no identity source of a WebSocket API.`);
  }
}

function member(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
