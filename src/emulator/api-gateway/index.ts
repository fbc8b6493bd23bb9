/**
 * An API Gateway WebSocket API on loopback: it drives functions as API Gateway would, and answers `@connections` to the
 * unmodified AWS SDK.
 * @module
 */
export { type WebSocketApi, webSocketApi } from "./api.ts";
export type {
  WebSocketAuthorizerContext,
  WebSocketAuthorizerEvent,
  WebSocketConnectEvent,
  WebSocketDisconnectEvent,
  WebSocketEvent,
  WebSocketIdentity,
  WebSocketMessageEvent,
  WebSocketRequestContext,
} from "./events.ts";
export {
  type Uncertainties,
  WEB_SOCKET_API_LIMITS,
  type WebSocketApiLimits,
  type WebSocketApiOptions,
  type WebSocketAuthorizer,
  type WebSocketRoute,
} from "./options.ts";
export { type StartedWebSocketApi, startWebSocketApi } from "./start.ts";
