/**
 * Sluice: write a route once, as an async generator; every answer is a durable, resumable stream.
 * @module
 */
export type { Allowance, Allowances, Price } from "./steward/allowance.ts";
export type { Backend } from "./backend.ts";
export { type Clock, systemClock } from "./clock.ts";
export { GO_ON, continuedSource } from "./continued-source.ts";
export type { OwnBlobs, OwnData, OwnRecords, PutOptions, RunContext } from "./context.ts";
export type { Dialect } from "./dialect.ts";
export type {
  BytesEndpoint,
  BytesRequest,
  Endpoint,
  EndpointAnswer,
  EndpointRequest,
  JsonEndpoint,
} from "./endpoint.ts";
export { type Gateway, gateway } from "./gateway.ts";
export { type Limits, defaultLimits } from "./limits.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
export type { Authorize, Credentials, Principal } from "./principal.ts";
export * from "./protocol/errors.ts";
export * from "./protocol/events.ts";
export { type Json, type JsonObject, isJsonObject } from "./protocol/json.ts";
export { type AnyRoute, type Handler, type Route, type RouteOptions, parseWith, route } from "./route.ts";
export type { Tracing } from "./tracing.ts";
export type { SoFar } from "./so-far.ts";
export type {
  ContentPart,
  ImageMediaType,
  ImagePart,
  ModelAnswer,
  ModelMessage,
  ModelRequest,
  Source,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  ToolSpec,
  Turn,
} from "./source.ts";
