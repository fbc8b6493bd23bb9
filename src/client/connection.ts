import { backoffMs, restartMs } from "./backoff.ts";
import {
  type ConnectionEvent,
  type ConnectionState,
  type Transport,
  initialState,
  transition,
} from "./connection-state.ts";
import { CLOSE, ERRORS, type ErrorCode, SluiceError } from "../protocol/errors.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Ladder } from "./ladder.ts";
import { Link } from "./link.ts";
import type { Renewal } from "./renewal.ts";
import type { Later } from "./roster.ts";
import type { SocketLike } from "./socket.ts";
import type { Timers } from "./timers.ts";
import type { Upgrade } from "./upgrade.ts";

export interface ConnectionParts {
  /** Opens a socket by that way. */
  readonly dial: (transport: Transport, token: string | undefined) => SocketLike | Promise<SocketLike>;
  readonly ladder: Ladder;
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
    this.#state = initialState(parts.ladder.transport);
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
    if (this.#parts.ladder.heldBack()) this.#lose("answers are held back on their way", 0);
  }

  close(): void {
    this.#release();
    this.#step({ type: "close" });
  }

  #dial(): void {
    const { ladder, timers } = this.#parts;
    const before = this.#state;
    this.#step({ type: "dial", transport: ladder.transport });
    if (this.#state === before) return;
    this.#release();
    const epoch = this.#epoch;
    this.#since = timers.now();
    this.#stopTimer = timers.after(SLOW_MS, () => {
      this.#stopTimer = timers.after(CONNECT_MS - SLOW_MS, () => this.#missed("no connection within 10 s", true));
      void this.#probe(epoch, true);
    });
    void this.#connect(epoch);
  }

  async #connect(epoch: number): Promise<void> {
    const { ladder, dial, timers, token } = this.#parts;
    let shown: string | undefined;
    try {
      shown = await token();
    } catch {
      if (epoch === this.#epoch) this.drop("no token");
      return;
    }
    if (epoch !== this.#epoch) return;
    try {
      const made = dial(ladder.transport, shown);
      const socket = made instanceof Promise ? await made : made;
      if (epoch !== this.#epoch) return socket.close();
      this.#link = new Link(socket, timers, this.#events());
      this.#shown = shown;
    } catch (thrown) {
      this.#fail(new SluiceError("bad_request", `No connection could be made: ${String(thrown)}`, { cause: thrown }));
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
    const { ladder, events, renewable } = this.#parts;
    return {
      opened: () => this.#opened(),
      alive: () => ladder.works(),
      received: (frame) => {
        if (frame["type"] === "expiring" && renewable) void this.#renew(frame["expiresAt"]);
        events.received(frame);
      },
      lost: (reason, code, mute) => this.#lost(reason, code, mute),
    };
  }

  #opened(): void {
    const { timers, events, ladder } = this.#parts;
    this.#stopTimer();
    this.#stopTimer = timers.after(STABLE_MS, () => this.#step({ type: "stable" }));
    this.#step({ type: "opened", openedInMs: timers.now() - this.#since });
    this.#since = timers.now();
    if (ladder.better !== undefined) void this.#upgradeLater();
    events.opened();
  }

  async #upgradeLater(): Promise<void> {
    const { later, timers } = this.#parts;
    const epoch = this.#epoch;
    const { Upgrade } = await later();
    if (epoch !== this.#epoch) return;
    this.#upgrade ??= new Upgrade({ timers, dial: () => this.#trial(), adopt: (link) => this.#adopt(link) });
    this.#upgrade.later();
  }

  #lost(reason: string, code: number | undefined, mute: boolean): void {
    const { random, renewable, ladder, timers } = this.#parts;
    const afterMs = timers.now() - this.#since;
    const words = code === undefined ? reason : `closed with ${code}${reason === "" ? "" : `: ${reason}`}`;
    const expired = code === ERRORS.unauthorized.close && this.open && afterMs >= STABLE_MS;
    if (code === CLOSE.restart) this.#lose(words, restartMs(random));
    else if (expired && renewable) this.#lose(words, 0);
    else if (code !== undefined && code >= 4500 && code <= 4999)
      this.#fail(new SluiceError(codeOf(code), reason || words));
    else if (mute) this.#missed(words, this.open && code === undefined);
    else if (ladder.broke(afterMs)) this.#lose(words, 0);
    else this.drop(words);
  }

  /** A dial that came to nothing: the server may be away, or have refused us, or this way may be blocked. */
  #missed(reason: string, hung: boolean): void {
    this.drop(reason);
    void this.#probe(this.#epoch, hung);
  }

  async #probe(epoch: number, hung: boolean): Promise<void> {
    const { probe, ladder } = this.#parts;
    const found = await probe();
    const current = epoch === this.#epoch;
    if (found instanceof SluiceError) {
      if (current) this.#fail(found);
    } else if (found && !this.open && this.#state.transport === ladder.transport && ladder.missed(hung)) {
      this.#lose("this way seems to be blocked", 0);
      this.reconnect();
    }
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

  /** The best way, beside the present one. */
  async #trial(): Promise<Link | undefined> {
    const { ladder, dial, token, timers } = this.#parts;
    const { better } = ladder;
    if (better === undefined || !this.open) return undefined;
    const nothing = { opened() {}, alive() {}, received() {}, lost() {} };
    try {
      return new Link(await dial(better, await token()), timers, nothing);
    } catch {
      return undefined;
    }
  }

  /** Goes on by the better way; every stream is resumed there. */
  #adopt(link: Link): void {
    const { ladder, events } = this.#parts;
    this.#link?.release();
    this.#link = link;
    link.events = this.#events();
    ladder.up();
    ladder.works();
    this.#step({ type: "upgraded", transport: ladder.transport });
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

function codeOf(close: number): ErrorCode {
  const codes = Object.keys(ERRORS) as ErrorCode[];
  return codes.find((code) => ERRORS[code].close === close) ?? "forbidden";
}
