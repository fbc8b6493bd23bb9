import { backoffMs, restartMs } from "./backoff.ts";
import { type ConnectionEvent, type ConnectionState, INITIAL, transition } from "./connection-state.ts";
import { CLOSE, ERRORS, type ErrorCode, SluiceError } from "../protocol/errors.ts";
import { NATIVE_SUBPROTOCOL } from "../protocol/frames.ts";
import { isJsonObject, type JsonObject } from "../protocol/json.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Renewal } from "./renewal.ts";
import type { SocketConstructor, SocketLike } from "./socket.ts";
import type { Timers } from "./timers.ts";

export interface ConnectionParts {
  readonly url: () => string;
  readonly token: () => string | undefined | Promise<string | undefined>;
  /** Whether `token` may give another one the next time. */
  readonly renewable: boolean;
  readonly socket: () => SocketConstructor;
  readonly timers: Timers;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Asks over HTTP whether we are welcome: a browser does not show why a WebSocket was refused. */
  readonly probe: () => Promise<SluiceError | undefined>;
  readonly events: ConnectionEvents;
}

/** What the connection tells, and asks. */
export interface ConnectionEvents {
  changed(): void;
  opened(): void;
  received(frame: JsonObject): void;
  lost(): void;
  failed(error: SluiceError): void;
  /** Whether there is anything to connect for. */
  needed(): boolean;
}

const CONNECT_MS = 10_000;
const STABLE_MS = 5_000;

/** The client's one WebSocket: dials when it is needed, notices when it is dead, comes back after a pause. */
export class Connection {
  readonly #parts: ConnectionParts;
  #state: ConnectionState = INITIAL;
  /** Counts dials: what an old socket calls back late is of no interest. */
  #epoch = 0;
  #socket: SocketLike | undefined;
  #heartbeat: Heartbeat | undefined;
  #renewal: Renewal | undefined;
  #stopTimer: () => void = () => {};
  #held = false;
  #pings = 0;
  #pongs = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get open(): boolean {
    return this.#state.state === "open";
  }

  /** There is something to connect for now. A failed connection is tried again; a waiting one waits its time. */
  need(): void {
    if (this.#state.state === "idle" || this.#state.state === "failed") this.#dial();
  }

  /** Sends a message if the connection is open; false if not. */
  send(json: string): boolean {
    if (!this.open) return false;
    this.#socket!.send(json);
    return true;
  }

  /** Pings sent on this socket. Messages are answered in order: a pong says that those before its ping were handled. */
  get pings(): number {
    return this.#pings;
  }

  /** Pongs that have come on this socket. */
  get pongs(): number {
    return this.#pongs;
  }

  ping(): void {
    if (this.send('{"action":"ping"}')) this.#pings += 1;
  }

  /** Gives the present socket up, and comes back. */
  drop(reason: string): void {
    this.#lose(reason, backoffMs(this.#state.attempt, this.#parts.random));
  }

  close(): void {
    this.#release();
    this.#step({ type: "close" });
  }

  #dial(): void {
    this.#release();
    const epoch = this.#epoch;
    this.#held = false;
    this.#step({ type: "dial" });
    this.#stopTimer = this.#parts.timers.after(CONNECT_MS, () => this.#missed("no connection within 10 s"));
    void this.#connect(epoch);
  }

  async #connect(epoch: number): Promise<void> {
    let token: string | undefined;
    try {
      token = await this.#parts.token();
    } catch {
      if (epoch === this.#epoch) this.drop("no token");
      return;
    }
    if (epoch !== this.#epoch) return;
    try {
      const protocols = [NATIVE_SUBPROTOCOL, ...(token === undefined ? [] : [`bearer.${token}`])];
      this.#attach(new (this.#parts.socket())(this.#parts.url(), protocols), epoch);
      if (this.#parts.renewable) this.#renewal = this.#renewalAfter(token);
    } catch (thrown) {
      this.#fail(new SluiceError("bad_request", `No WebSocket could be made: ${String(thrown)}`, { cause: thrown }));
    }
  }

  #renewalAfter(shown: string | undefined): Renewal {
    const { timers, token } = this.#parts;
    return new Renewal(timers, token, shown, (fresh) => {
      this.send(JSON.stringify({ action: "authenticate", token: fresh }));
    });
  }

  #attach(socket: SocketLike, epoch: number): void {
    this.#socket = socket;
    this.#pings = 0;
    this.#pongs = 0;
    const listen = <Event>(type: "open" | "message" | "close", listener: (event: Event) => void): void => {
      socket.addEventListener(type, (event: Event) => {
        if (epoch === this.#epoch) listener(event);
      });
    };
    listen("open", () => this.#opened(socket));
    listen("message", ({ data }: { data: unknown }) => this.#received(data));
    // A `close` follows every `error`; the `ws` library throws where nobody listens.
    socket.addEventListener("error", () => {});
    listen("close", ({ code, reason }: { code: number; reason: string }) => this.#closed(code, reason));
  }

  #opened(socket: SocketLike): void {
    this.#stopTimer();
    if (socket.protocol !== NATIVE_SUBPROTOCOL) {
      return this.#fail(new SluiceError("bad_request", `The server does not speak ${NATIVE_SUBPROTOCOL}.`));
    }
    const { timers, events } = this.#parts;
    this.#heartbeat = new Heartbeat(
      timers,
      () => this.ping(),
      () => this.drop("no answer to a ping"),
    );
    this.#stopTimer = timers.after(STABLE_MS, () => {
      this.#held = true;
      this.#step({ type: "stable" });
    });
    this.#step({ type: "opened" });
    events.opened();
  }

  #received(data: unknown): void {
    this.#heartbeat?.heard();
    if (typeof data !== "string") return;
    let frame: unknown;
    try {
      frame = JSON.parse(data);
    } catch {
      return; // What it was is missed, and asked for again.
    }
    if (!isJsonObject(frame)) return;
    if (frame["type"] === "pong") this.#pongs += 1;
    if (frame["type"] === "expiring") this.#renewal?.expiring(frame["expiresAt"]);
    this.#parts.events.received(frame);
  }

  #closed(code: number, reason: string): void {
    const words = `closed with ${code}${reason === "" ? "" : `: ${reason}`}`;
    const { random, renewable } = this.#parts;
    if (code === CLOSE.restart) this.#lose(words, restartMs(random));
    else if (code === ERRORS.unauthorized.close && renewable && this.#held) this.#lose(words, 0);
    else if (code >= 4500 && code <= 4999) this.#fail(new SluiceError(codeOf(code), reason === "" ? words : reason));
    else if (this.open) this.drop(words);
    else this.#missed(words);
  }

  /** A dial that never opened: the server may be away, or may have refused us. */
  #missed(reason: string): void {
    this.drop(reason);
    const epoch = this.#epoch;
    void this.#parts.probe().then((refusal) => {
      if (refusal !== undefined && epoch === this.#epoch) this.#fail(refusal);
    });
  }

  #lose(reason: string, pauseMs: number): void {
    if (this.#state.state !== "open" && this.#state.state !== "connecting") return;
    this.#release();
    const { timers, events } = this.#parts;
    if (events.needed()) {
      this.#step({ type: "lost", reason, retryAt: timers.now() + pauseMs });
      this.#stopTimer = timers.after(pauseMs, () => (events.needed() ? this.#dial() : this.#step({ type: "rest" })));
    } else this.#step({ type: "rest", reason });
    events.lost();
  }

  #fail(error: SluiceError): void {
    this.#release();
    this.#step({ type: "refused", reason: error.message });
    this.#parts.events.failed(error);
  }

  /** Lets go of the socket and the timers of the present state. */
  #release(): void {
    this.#epoch += 1;
    this.#stopTimer();
    this.#heartbeat?.stop();
    this.#heartbeat = undefined;
    this.#renewal?.stop();
    this.#renewal = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    try {
      socket?.close();
    } catch {
      // It was closed already.
    }
  }

  #step(event: ConnectionEvent): void {
    const before = this.#state;
    this.#state = transition(before, event);
    if (this.#state !== before) this.#parts.events.changed();
  }
}

function codeOf(close: number): ErrorCode {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  return codes.find((code) => ERRORS[code].close === close) ?? "forbidden";
}
