import { type Addresses, addressesOf } from "./addresses.ts";
import type { Answers } from "./answers.ts";
import { backoffMs } from "./backoff.ts";
import type { ClientOptions } from "./client.ts";
import { type ConnectionState, TRANSPORTS, type Transport } from "./connection-state.ts";
import { Connection, type Later } from "./connection.ts";
import type { Errands } from "./errands.ts";
import { FollowedRun, type RunKeeper, type RunOrigin } from "./followed-run.ts";
import type { Http, StreamPage, StreamQuery } from "./http.ts";
import { Listeners } from "./listeners.ts";
import { Memory } from "./memory.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { Event } from "../protocol/events.ts";
import { NATIVE_SUBPROTOCOL } from "../protocol/frames.ts";
import { type Offset, parseOffset } from "../protocol/offset.ts";
import { randomId } from "./random-id.ts";
import { type ClientStats, Reception } from "./reception.ts";
import { Roster } from "./roster.ts";
import type { Run } from "./run.ts";
import type { FetchLike, SocketLike } from "./socket.ts";
import { OwnTimers, sleep, systemTimers } from "./timers.ts";
import type { Vigil } from "./vigil.ts";
import { Way } from "./way.ts";

/** The client without the types of its system: puts its parts together, and loads those that are needed later. */
export class SluiceClient implements RunKeeper {
  readonly #options: ClientOptions;
  readonly #stats = { gaps: 0, duplicates: 0, reconnects: 0 };
  readonly #timers: OwnTimers;
  readonly #random: () => number;
  readonly #memory: Memory;
  readonly #connection: Connection;
  readonly #roster: Roster;
  readonly #listeners = new Listeners();
  readonly #runListeners = new Listeners<Run>();
  #session: string | undefined;
  #addresses: Addresses | undefined;
  #later: Promise<Later> | undefined;
  #http: Http | undefined;
  #vigil: Vigil | undefined;
  #opens = 0;

  constructor(options: ClientOptions) {
    const { transports = TRANSPORTS } = options;
    const random = (this.#random = options.random ?? Math.random);
    const timers = new OwnTimers(options.clock ?? systemTimers);
    this.#options = options;
    this.#timers = timers;
    this.#memory = new Memory(options.storage);
    const way = new Way({
      transports,
      memory: this.#memory,
      key: `sluice.way ${addressIn(options)}`,
      now: () => timers.now(),
    });
    this.#connection = new Connection({
      dial: (transport, bearer) => this.#dial(transport, bearer),
      way,
      token: () => this.#token(),
      renewable: typeof options.token === "function",
      later: () => this.#load(),
      timers,
      random,
      probe: () => this.#probe(),
      events: {
        changed: () => {
          this.#vigil?.changed();
          this.#listeners.tell();
        },
        opened: () => this.#opened(),
        received: (frame) => reception.receive(frame),
        lost: () => this.#roster.lost(),
        failed: (error) => this.#roster.failed(error),
        needed: () => this.#roster.size > 0,
      },
    });
    const parts = {
      connection: this.#connection,
      errands: () => this.#errands(),
      answers: async (): Promise<Answers> =>
        new (await this.#load()).Answers(parts, this.#roster, await this.#errands()),
      timers,
      random,
    };
    this.#roster = new Roster(parts);
    const reception = new Reception(parts, this.#roster, this.#stats);
  }

  get connection(): ConnectionState {
    return this.#connection.state;
  }

  get session(): string {
    return (this.#session ??= this.#options.session ?? this.#keptSession());
  }

  get stats(): Readonly<ClientStats> {
    return this.#stats;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  onRun(listener: (run: Run) => void): () => void {
    return this.#runListeners.add(listener);
  }

  run(route: string, input: object, options: { requestId?: string } = {}): Run {
    const requestId = options.requestId ?? randomId();
    const origin = { route, requestId, json: JSON.stringify({ ...input, action: route, requestId }) };
    const same = this.#roster.byRequest(requestId);
    if (same === undefined) return this.#begin(origin);
    if ("json" in same.origin && same.origin.json === origin.json) return same;
    return this.#refused(origin, new SluiceError("conflict", "This requestId has another input."));
  }

  follow(streamId: string, options: { offset?: string | undefined; route?: string | undefined } = {}): Run {
    const { offset = "", route = "" } = options;
    const after = parseOffset(offset);
    const origin = { streamId, route, after };
    if (after !== undefined || offset === "") return this.#begin(origin);
    return this.#refused(origin, new SluiceError("bad_request", 'An offset is like "1-42".'));
  }

  async streams(query: StreamQuery = {}): Promise<StreamPage> {
    return (await this.#overHttp()).list(query);
  }

  async fetch(path: string, init?: RequestInit, via?: FetchLike): Promise<Response> {
    return (await this.#overHttp()).fetch(path, init, via);
  }

  reconnect(): void {
    this.#connection.reconnect();
  }

  close(): void {
    this.#vigil?.stop();
    this.#connection.close();
    this.#roster.failed(closed());
    this.#http?.close();
    this.#timers.stop();
  }

  now(): number {
    return this.#timers.now();
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
    this.#runListeners.tell(run);
    return run;
  }

  #take(run: FollowedRun): void {
    if (this.connection.state === "closed") run.fail(closed());
    else this.#roster.begin(run);
  }

  #refused(origin: RunOrigin, error: SluiceError): FollowedRun {
    const run = new FollowedRun(origin, this);
    run.fail(error);
    return run;
  }

  #keptSession(): string {
    // No server learns the session that another one knows.
    const key = `sluice.session ${addressIn(this.#options)}`;
    const session = this.#memory.get(key) ?? randomId();
    this.#memory.set(key, session);
    return session;
  }

  /** Not before the first need: a page that is rendered on a server has no address of its own. */
  get #where(): Addresses {
    return (this.#addresses ??= addressesOf(this.#options));
  }

  #dial(transport: Transport, token: string | undefined): SocketLike | Promise<SocketLike> {
    if (transport !== "websocket") return this.#dialHttp(transport);
    const url = new URL(this.#where.ws);
    url.searchParams.set("session", this.session);
    const protocols = [NATIVE_SUBPROTOCOL, ...(token === undefined ? [] : [`bearer.${token}`])];
    return new (this.#options.WebSocket ?? globalThis.WebSocket)(url.href, protocols);
  }

  async #dialHttp(transport: Exclude<Transport, "websocket">): Promise<SocketLike> {
    const { HttpSocket } = await this.#load();
    return new HttpSocket({
      transport,
      http: await this.#overHttp(),
      timers: this.#timers,
      wanted: (streamId) => this.#roster.reads(streamId),
      heldBack: () => this.#connection.heldBack(),
    });
  }

  #token(): string | undefined | Promise<string> {
    const { token } = this.#options;
    return typeof token === "function" ? token() : token;
  }

  #load(): Promise<Later> {
    return (this.#later ??= this.#loaded());
  }

  /** Insists: what cannot be loaded now may be when the network is back. */
  async #loaded(): Promise<Later> {
    const timers = this.#timers;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const later = await import("./later.ts");
        const lifecycle = this.#options.lifecycle ?? later.pageLifecycle;
        const needed = (): boolean => this.#roster.size > 0;
        if (this.connection.state !== "closed") {
          this.#vigil = new later.Vigil({ connection: this.#connection, lifecycle, timers, needed });
        }
        return later;
      } catch {
        await sleep(timers, backoffMs(attempt, this.#random));
      }
    }
  }

  async #errands(): Promise<Errands> {
    const { Errands } = await this.#load();
    return new Errands({
      http: await this.#overHttp(),
      roster: this.#roster,
      timers: this.#timers,
      random: this.#random,
    });
  }

  async #overHttp(): Promise<Http> {
    const { Http } = await this.#load();
    this.#http ??= new Http({
      base: () => this.#where.http,
      token: () => this.#token(),
      session: this.session,
      fetch: this.#options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
      timers: this.#timers,
    });
    if (this.connection.state === "closed") this.#http.close();
    return this.#http;
  }

  #opened(): void {
    if (this.#opens > 0) this.#stats.reconnects += 1;
    this.#opens += 1;
    this.#roster.opened();
  }

  /** Only a plain refusal counts as one; anything else may pass. */
  async #probe(): Promise<SluiceError | boolean> {
    try {
      await (await this.#overHttp()).list({ state: "running" });
      return true;
    } catch (thrown) {
      return thrown instanceof SluiceError && !thrown.retryable && thrown;
    }
  }
}

function addressIn({ url, wsUrl }: ClientOptions): string {
  return url ?? wsUrl;
}

function closed(): SluiceError {
  return new SluiceError("interrupted", "The client is closed.");
}
