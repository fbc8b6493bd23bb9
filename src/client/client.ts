import type { AddressOptions } from "./addresses.ts";
import type { ConnectionState, Transport } from "./connection-state.ts";
import type { StreamPage, StreamQuery } from "./http.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { KeptStorage } from "./memory.ts";
import type { ClientStats } from "./reception.ts";
import type { Run } from "./run.ts";
import { SluiceClient } from "./sluice-client.ts";
import type { FetchLike, SocketConstructor } from "./socket.ts";
import type { Timers } from "./timers.ts";
import type { AnyGateway, RouteInput, RouteName, RouteResult } from "./typed-routes.ts";

export type ClientOptions = AddressOptions & {
  /** The caller's token, or what gives one; asked for each connection and each HTTP request. */
  readonly token?: string | (() => string | Promise<string>);
  /** Where anonymous request ids and lists live; by default a random one, which is kept for the tab, so that a reload finds its runs. */
  readonly session?: string;
  /** The ways to the server that may be used, the best first; all by default. */
  readonly transports?: readonly Transport[];
  readonly WebSocket?: SocketConstructor;
  readonly fetch?: FetchLike;
  readonly clock?: Timers;
  /** From 0 to 1; spreads reconnects. */
  readonly random?: () => number;
  /** Tells when the page sleeps and wakes, and when the network goes and comes; the page's own events by default. */
  readonly lifecycle?: Lifecycle;
  /** Remembers the session, and which way this network lets through; the tab's by default. */
  readonly storage?: KeptStorage;
};

/** Runs and follows streams of one system, over one connection that is opened when it is first needed. */
export interface Client<System = AnyGateway> {
  readonly connection: ConnectionState;
  readonly stats: Readonly<ClientStats>;
  /** The session that this client holds. */
  readonly session: string;
  /** Calls back when `connection` has changed; gives the way to stop that. */
  subscribe(listener: () => void): () => void;
  /** Starts a run. While one with this `requestId` and the same input is unfinished here, it is that one. */
  run<Name extends RouteName<System>>(
    route: Name,
    input: RouteInput<System, Name>,
    options?: { readonly requestId?: string },
  ): Run<RouteResult<System, Name>>;
  /** Follows a stream from its beginning, or after an offset; naming its route gives the result's type. */
  follow<Name extends RouteName<System> = RouteName<System>>(
    streamId: string,
    options?: { readonly offset?: string | undefined; readonly route?: Name | undefined },
  ): Run<RouteResult<System, Name>>;
  /** Calls back with each run that begins here; gives the way to stop that. */
  onRun(listener: (run: Run) => void): () => void;
  /** The caller's streams, newest first. Rejects with a SluiceError, or where the server was not reached. */
  streams(query?: StreamQuery): Promise<StreamPage>;
  /**
   * Calls one of the system's own endpoints, like `/uploads`, with the caller's token and session; `via` sends the request
   * instead of the client's own fetch. Any answer is one; rejects where the server was not reached.
   */
  fetch(path: string, init?: RequestInit, via?: FetchLike): Promise<Response>;
  /** Dials now, whatever the pause; an open connection is asked whether it lives. */
  reconnect(): void;
  /** Closes the connection. Runs go on; those that are followed here end with `interrupted` for their viewers. */
  close(): void;
}

/** A client for the system whose gateway type it is given. Opens nothing yet. */
export function createClient<System = AnyGateway>(options: ClientOptions): Client<System> {
  return new SluiceClient(options) as unknown as Client<System>;
}
