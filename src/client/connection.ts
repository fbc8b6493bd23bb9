import { backoffMs, restartMs } from "./backoff.ts";
import {
  type ConnectionEvent,
  type ConnectionState,
  type Transport,
  initialState,
  transition,
} from "./connection-state.ts";
import { CLOSE, ERRORS, SluiceError, codeWith } from "../protocol/errors.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Ladder } from "./ladder.ts";
import { Link } from "./link.ts";
import type { Renewal } from "./renewal.ts";
import type * as later from "./later.ts";
import type { SocketLike } from "./socket.ts";
import type { Timers } from "./timers.ts";
import type { Upgrade } from "./upgrade.ts";
import type { Way } from "./way.ts";

/** The chunk that is loaded later. */
export type Later = typeof later;

export interface ConnectionParts {
  /** Opens a socket by that way. */
  readonly dial: (transport: Transport, token: string | undefined) => SocketLike | Promise<SocketLike>;
  readonly way: Way;
  readonly token: () => string | undefined | Promise<string | undefined>;
  /** Whether `token` may give another one the next time. */
  readonly renewable: boolean;
  readonly later: () => Promise<Later>;
  readonly timers: Timers;
  /** From 0 to 1. */
  readonly random: () => number;
  /**
   * Asks over HTTP whether we are welcome, since a browser does not show why a WebSocket was refused: the refusal, or
   * whether HTTP gets through.
   */
  readonly probe: () => Promise<SluiceError | boolean>;
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

/** After so long a dial counts as hung, if HTTP gets through meanwhile; and after so long in any case. Milliseconds. */
const SLOW_MS = 4000;
const CONNECT_MS = 10_000;
const STABLE_MS = 5000;

/** The client's one connection: dials when it is needed, notices when it is dead, comes back after a pause. */
export class Connection {
  readonly #parts: ConnectionParts;
  #ladder: Ladder | undefined;
  #upgrade: Upgrade | undefined;
  #state: ConnectionState;
  /** Counts dials: what comes late for an old one is of no interest. */
  #epoch = 0;
  #link: Link | undefined;
  #renewal: Renewal | undefined;
  /** The token with which it was dialled. */
  #shown: string | undefined;
  #stopTimer: () => void = () => {};
  #since = 0;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#state = initialState(parts.way.best);
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get open(): boolean {
    return this.#state.state === "open";
  }

  /** There is something to connect for now. A failed connection is tried again; a waiting one waits its time. */
  need(): void {
    if (this.#state.state !== "waiting") this.#dial();
  }

  /** Dials now, or asks the open connection whether it lives. */
  reconnect(): void {
    if (this.open) this.#link!.probe();
    else if (this.#state.state === "failed" || this.#parts.events.needed()) this.#dial();
    else this.#step({ type: "rest" });
  }

  /** The page sleeps, or there is no network. A new need, or `reconnect`, dials all the same. */
  suspend(reason: string): void {
    const { state } = this.#state;
    this.#release();
    this.#step({ type: "suspend", reason });
    if (state === "open") this.#parts.events.lost();
  }

  /** Sends a message if the connection is open; false if not. */
  send(json: string): boolean {
    if (!this.open) return false;
    this.#link!.send(json);
    return true;
  }

  /** Pings sent on this link (`Link`). */
  get pings(): number {
    return this.#link?.pings ?? 0;
  }

  /** Pongs that have come on this link. */
  get pongs(): number {
    return this.#link?.pongs ?? 0;
  }

  ping(): void {
    if (this.open) this.#link!.ping();
  }

  /** Gives the present link up, and comes back. */
  drop(reason: string): void {
    this.#lose(reason, backoffMs(this.#state.attempt, this.#parts.random));
  }

  /** The answers of this way are held back somewhere: goes on by the next. */
  heldBack(): void {
    if (this.#ladder?.heldBack() === true) this.#lose("held back", 0);
  }

  close(): void {
    this.#release();
    this.#step({ type: "close" });
  }

  #dial(): void {
    const { way, timers } = this.#parts;
    const before = this.#state;
    this.#step({ type: "dial", transport: way.transport });
    if (this.#state === before || this.#state.state !== "connecting") return;
    this.#release();
    // Beside the dial: in trouble it may be too late.
    void this.#load();
    const epoch = this.#epoch;
    this.#since = timers.now();
    this.#stopTimer = timers.after(SLOW_MS, () => {
      this.#stopTimer = timers.after(CONNECT_MS - SLOW_MS, () => this.#missed("no connection within 10 s", true));
      void this.#probe(epoch, true);
    });
    void this.#connect(epoch);
  }

  async #connect(epoch: number): Promise<void> {
    const { way, dial, timers, token } = this.#parts;
    let shown: string | undefined;
    try {
      shown = await token();
    } catch {
      if (epoch === this.#epoch) this.drop("no token");
      return;
    }
    if (epoch !== this.#epoch) return;
    try {
      const made = dial(way.transport, shown);
      const socket = made instanceof Promise ? await made : made;
      if (epoch !== this.#epoch) return socket.close();
      this.#link = new Link(socket, timers, this.#events());
      this.#shown = shown;
    } catch (thrown) {
      if (epoch !== this.#epoch) return;
      this.#fail(new SluiceError("bad_request", `No connection: ${String(thrown)}`, { cause: thrown }));
    }
  }

  /** The token ends soon. */
  async #renew(expiresAt: unknown): Promise<void> {
    const { timers, token, later } = this.#parts;
    const epoch = this.#epoch;
    const { Renewal } = await later();
    if (epoch !== this.#epoch) return;
    this.#renewal ??= new Renewal(timers, token, this.#shown, (fresh) => {
      this.send(JSON.stringify({ action: "authenticate", token: fresh }));
    });
    this.#renewal.expiring(expiresAt);
  }

  #events(): Link["events"] {
    const { events, renewable } = this.#parts;
    return {
      opened: () => this.#opened(),
      alive: () => this.#ladder?.works(),
      received: (frame) => {
        if (frame["type"] === "expiring" && renewable) void this.#renew(frame["expiresAt"]);
        events.received(frame);
      },
      lost: (reason, code, mute) => this.#lost(reason, code, mute),
    };
  }

  #opened(): void {
    const { timers, events } = this.#parts;
    this.#stopTimer();
    this.#stopTimer = timers.after(STABLE_MS, () => this.#step({ type: "stable" }));
    this.#step({ type: "opened", openedInMs: timers.now() - this.#since });
    this.#since = timers.now();
    void this.#seekBetter();
    events.opened();
  }

  async #load(): Promise<void> {
    const { later, way, timers } = this.#parts;
    const { Ladder } = await later();
    this.#ladder ??= new Ladder(way, () => timers.now());
  }

  async #seekBetter(): Promise<void> {
    const { later, way } = this.#parts;
    const { Upgrade } = await later();
    if (!this.open || way.transport === way.best) return;
    this.#upgrade ??= new Upgrade({ ...this.#parts, adopt: (link) => this.#adopt(link) });
    this.#upgrade.later(way.best);
  }

  #lost(reason: string, code: number | undefined, mute: boolean): void {
    const { random, renewable, timers } = this.#parts;
    const afterMs = timers.now() - this.#since;
    const words = code === undefined ? reason : `closed with ${code}${reason === "" ? "" : `: ${reason}`}`;
    const expired = code === ERRORS.unauthorized.close && this.open && afterMs >= STABLE_MS;
    if (code === CLOSE.restart) this.#lose(words, restartMs(random));
    else if (expired && renewable) this.#lose(words, 0);
    else if (code !== undefined && code >= 4500 && code <= 4999)
      this.#fail(new SluiceError(codeWith("close", code) ?? "forbidden", reason || words));
    else if (mute) this.#missed(words, this.open && code === undefined);
    else if (this.#ladder?.broke(afterMs) === true) this.#lose(words, 0);
    else this.drop(words);
  }

  /** A dial that came to nothing: the server may be away, or have refused us, or this way may be blocked. */
  #missed(reason: string, hung: boolean): void {
    this.drop(reason);
    void this.#probe(this.#epoch, hung);
  }

  async #probe(epoch: number, hung: boolean): Promise<void> {
    const { probe, way, timers } = this.#parts;
    const { transport } = this.#state;
    const askedAt = timers.now();
    const found = await probe();
    // What is answered late says nothing about a dial of back then.
    if (epoch !== this.#epoch && timers.now() - askedAt > SLOW_MS) return;
    if (found instanceof SluiceError) {
      if (epoch === this.#epoch) this.#fail(found);
    } else if (found && !this.open && transport === way.transport && this.#ladder?.missed(hung) === true) {
      this.#lose("blocked", 0);
      if (this.#state.state === "waiting") this.#dial();
    }
  }

  #lose(reason: string, pauseMs: number): void {
    if (this.#state.state !== "open" && this.#state.state !== "connecting") return;
    this.#release();
    const { timers, events } = this.#parts;
    if (events.needed()) {
      this.#stopTimer = timers.after(pauseMs, () => (events.needed() ? this.#dial() : this.#step({ type: "rest" })));
      // Who hears of it may suspend or close the connection at once.
      this.#step({ type: "lost", reason, retryAt: timers.now() + pauseMs });
    } else this.#step({ type: "rest", reason });
    events.lost();
  }

  #fail(error: SluiceError): void {
    this.#release();
    this.#step({ type: "refused", reason: error.message });
    this.#parts.events.failed(error);
  }

  /** Goes on by the better way; every stream is resumed there. */
  #adopt(link: Link): void {
    const { way, timers, events } = this.#parts;
    this.#link?.release();
    this.#link = link;
    link.events = this.#events();
    this.#since = timers.now();
    this.#ladder?.up();
    this.#step({ type: "upgraded", transport: way.transport });
    events.lost();
    events.opened();
  }

  /** Lets go of the link and the timers of the present state. */
  #release(): void {
    this.#epoch += 1;
    this.#stopTimer();
    this.#upgrade?.stop();
    this.#renewal?.stop();
    this.#renewal = undefined;
    this.#link?.release();
    this.#link = undefined;
  }

  #step(event: ConnectionEvent): void {
    const before = this.#state;
    this.#state = transition(before, event);
    if (this.#state !== before) this.#parts.events.changed();
  }
}
