/**
 * The Sluice client: runs and follows streams from browsers, workers, Node and React Native, with no framework and no
 * dependency.
 * @module
 */
export * from "../protocol/errors.ts";
export type * from "../protocol/events.ts";
export type { StreamItem } from "../protocol/frames.ts";
export type { Json, JsonObject } from "../protocol/json.ts";
export type { AddressOptions } from "./addresses.ts";
export { type Client, type ClientOptions, createClient } from "./client.ts";
export type { ConnectionState, Transport } from "./connection-state.ts";
export { reportDelivery } from "./delivery.ts";
export { Unreachable } from "./unreachable.ts";
export type { StreamPage, StreamQuery } from "./http.ts";
export type { Lifecycle, LifecycleEvent } from "./lifecycle.ts";
export type { ClientStats } from "./reception.ts";
export type { Run, RunState, RunTimings } from "./run.ts";
export type { FetchLike, SocketConstructor, SocketLike } from "./socket.ts";
export type { Timers } from "./timers.ts";
export type { KeptStorage } from "./memory.ts";
export type { AnyGateway, RouteInput, RouteName, RouteResult } from "./typed-routes.ts";
