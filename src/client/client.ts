import { type AddressOptions, type Addresses, addressesOf } from "./addresses.ts";
import type { ConnectionState } from "./connection-state.ts";
import { Connection } from "./connection.ts";
import { FollowedRun, type RunKeeper, type RunOrigin } from "./followed-run.ts";
import { Http, type StreamPage, type StreamQuery } from "./http.ts";
import { Listeners } from "./listeners.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { Event } from "../protocol/events.ts";
import { type Offset, parseOffset } from "../protocol/offset.ts";
import { randomId } from "./random-id.ts";
import { type ClientStats, Reception } from "./reception.ts";
import { Roster } from "./roster.ts";
import type { Run } from "./run.ts";
import type { FetchLike, SocketConstructor } from "./socket.ts";
import { OwnTimers, type Timers, systemTimers } from "./timers.ts";
import type { AnyGateway, RouteInput, RouteName, RouteResult } from "./typed-routes.ts";

export type ClientOptions = AddressOptions & {
  /** The caller's token, or what gives one; asked for each connection and each HTTP request. */
  readonly token?: string | (() => string | Promise<string>);
  /** Where anonymous request ids and lists live; a random one by default. Keep it to find the streams of an earlier page. */
  readonly session?: string;
  readonly WebSocket?: SocketConstructor;
  readonly fetch?: FetchLike;
  readonly clock?: Timers;
  /** From 0 to 1; spreads reconnects. */
  readonly random?: () => number;
};

/** Runs and follows streams of one system, over one WebSocket that is opened when it is first needed. */
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
    options?: { readonly offset?: string | undefined; readonly route?: Name },
  ): Run<RouteResult<System, Name>>;
  /** The caller's streams, newest first. Rejects with a SluiceError, or where the server was not reached. */
  streams(query?: StreamQuery): Promise<StreamPage>;
  /** Closes the connection. Runs go on; those that are followed here end with `interrupted` for their viewers. */
  close(): void;
}

/** A client for the system whose gateway type it is given. Opens nothing yet. */
export function createClient<System = AnyGateway>(options: ClientOptions): Client<System> {
  return new SluiceClient(options) as unknown as Client<System>;
}

class SluiceClient implements RunKeeper {
  readonly session: string;
  readonly #stats = { gaps: 0, duplicates: 0, reconnects: 0 };
  readonly #timers: OwnTimers;
  readonly #http: Http;
  readonly #connection: Connection;
  readonly #roster: Roster;
  readonly #listeners = new Listeners();
  #opens = 0;

  constructor(options: ClientOptions) {
    const { token } = options;
    const timers = new OwnTimers(options.clock ?? systemTimers);
    this.#timers = timers;
    const random = options.random ?? Math.random;
    let addresses: Addresses | undefined;
    // Not before the first need: a page that is rendered on a server has no address of its own.
    const where = (): Addresses => (addresses ??= addressesOf(options));
    const tokenNow = (): string | undefined | Promise<string> => (typeof token === "function" ? token() : token);
    this.session = options.session ?? randomId();
    this.#http = new Http({
      base: () => where().http,
      token: tokenNow,
      session: this.session,
      fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
      timers,
    });
    this.#connection = new Connection({
      url: () => this.#webSocketUrl(where().ws),
      token: tokenNow,
      renewable: typeof token === "function",
      socket: () => options.WebSocket ?? globalThis.WebSocket,
      timers,
      random,
      probe: () => this.#probe(),
      events: {
        changed: () => this.#listeners.tell(),
        opened: () => this.#opened(),
        received: (frame) => reception.receive(frame),
        lost: () => this.#roster.lost(),
        failed: (error) => this.#roster.failed(error),
        needed: () => this.#roster.size > 0,
      },
    });
    const parts = { connection: this.#connection, http: this.#http, timers, random };
    this.#roster = new Roster(parts);
    const reception = new Reception(parts, this.#roster, this.#stats);
  }

  get connection(): ConnectionState {
    return this.#connection.state;
  }

  get stats(): Readonly<ClientStats> {
    return this.#stats;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  run(route: string, input: object, options: { requestId?: string } = {}): Run {
    const requestId = options.requestId ?? randomId();
    const origin = { route, requestId, json: JSON.stringify({ ...input, action: route, requestId }) };
    const same = this.#roster.byRequest(requestId);
    if (same === undefined) return this.#begin(origin);
    if ("json" in same.origin && same.origin.json === origin.json) return same;
    return this.#refused(origin, new SluiceError("conflict", "This requestId is in use with a different input."));
  }

  follow(streamId: string, options: { offset?: string | undefined; route?: string } = {}): Run {
    const { offset = "", route = "" } = options;
    const after = parseOffset(offset);
    const origin = { streamId, route, after };
    if (after !== undefined || offset === "") return this.#begin(origin);
    return this.#refused(origin, new SluiceError("bad_request", 'An offset looks like "1-42".'));
  }

  streams(query: StreamQuery = {}): Promise<StreamPage> {
    return this.#http.list(query);
  }

  close(): void {
    this.#connection.close();
    this.#roster.failed(new SluiceError("interrupted", "The client was closed; the run goes on."));
    this.#http.close();
    this.#timers.stop();
  }

  cancel(run: FollowedRun): Promise<void> {
    return this.#roster.cancel(run);
  }

  detach(run: FollowedRun): void {
    this.#roster.detach(run);
  }

  replay(run: FollowedRun): AsyncIterator<Event, undefined> {
    const after: Offset | undefined = "after" in run.origin ? run.origin.after : undefined;
    const again = new FollowedRun({ streamId: run.streamId!, route: run.origin.route, after }, this);
    const events = again.openQueue(() => again.detach());
    this.#take(again);
    return events;
  }

  #begin(origin: RunOrigin): FollowedRun {
    const run = new FollowedRun(origin, this);
    this.#take(run);
    return run;
  }

  #take(run: FollowedRun): void {
    if (this.connection.state === "closed") run.fail(new SluiceError("interrupted", "The client was closed."));
    else this.#roster.begin(run);
  }

  #refused(origin: RunOrigin, error: SluiceError): FollowedRun {
    const run = new FollowedRun(origin, this);
    run.fail(error);
    return run;
  }

  #webSocketUrl(base: URL): string {
    const url = new URL(base);
    url.searchParams.set("session", this.session);
    return url.href;
  }

  #opened(): void {
    if (this.#opens > 0) this.#stats.reconnects += 1;
    this.#opens += 1;
    this.#roster.opened();
  }

  /** Only a plain refusal counts; anything else may pass. */
  async #probe(): Promise<SluiceError | undefined> {
    try {
      await this.#http.list({ state: "running" });
      return undefined;
    } catch (thrown) {
      return thrown instanceof SluiceError && !thrown.retryable ? thrown : undefined;
    }
  }
}
