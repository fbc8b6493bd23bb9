import { ERRORS } from "../protocol/errors.ts";
import { NATIVE_SUBPROTOCOL } from "../protocol/frames.ts";
import { isJsonObject, type JsonObject } from "../protocol/json.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { SocketLike } from "./socket.ts";
import type { Timers } from "./timers.ts";

/** What a link tells. After `lost`, or `release`, it tells nothing more. */
export interface LinkEvents {
  opened(): void;
  /** The first thing has come: it is not only open, it also passes what is sent. */
  alive(): void;
  received(frame: JsonObject): void;
  /** `code`: where the other side closed, for this `reason`. `mute`: it never passed anything. */
  lost(reason: string, code: number | undefined, mute: boolean): void;
}

/** How long an open socket may pass nothing, milliseconds, while its first ping waits for an answer. */
export const FIRST_ANSWER_MS = 4000;

/** One dialled socket: told from a live one that is merely open, and from what it calls back late. */
export class Link {
  events: LinkEvents;
  readonly #socket: SocketLike;
  readonly #timers: Timers;
  #heartbeat: Heartbeat | undefined;
  #stopTimer: () => void = () => {};
  #alive = false;
  #over = false;
  #pings = 0;
  #pongs = 0;

  constructor(socket: SocketLike, timers: Timers, events: LinkEvents) {
    this.#socket = socket;
    this.#timers = timers;
    this.events = events;
    const listen = <Event>(type: "open" | "message" | "close", listener: (event: Event) => void): void =>
      socket.addEventListener(type, (event: Event) => {
        if (!this.#over) listener(event);
      });
    listen("open", () => this.#opened());
    listen("message", ({ data }: { data: unknown }) => this.#received(data));
    // A `close` follows every `error`; the `ws` library throws where nobody listens.
    socket.addEventListener("error", () => {});
    listen("close", ({ code, reason }: { code: number; reason: string }) => this.lose(reason, code));
  }

  /** Pings sent. Messages are answered in order: a pong says that those before its ping were handled. */
  get pings(): number {
    return this.#pings;
  }

  /** Pongs that have come. */
  get pongs(): number {
    return this.#pongs;
  }

  send(json: string): void {
    this.#socket.send(json);
  }

  ping(): void {
    this.#pings += 1;
    this.send('{"action":"ping"}');
  }

  /** Asks now whether it lives, rather than after a silence. */
  probe(): void {
    this.#heartbeat?.probe();
  }

  /** It is of no use any more. */
  lose(reason: string, code?: number): void {
    if (this.#over) return;
    this.release();
    this.events.lost(reason, code, !this.#alive);
  }

  /** Lets go of it, without a word to anybody. */
  release(): void {
    this.#over = true;
    this.#stopTimer();
    this.#heartbeat?.stop();
    try {
      this.#socket.close();
    } catch {
      // It was closed already.
    }
  }

  #opened(): void {
    if (this.#socket.protocol !== NATIVE_SUBPROTOCOL) {
      return this.lose(`The server speaks no ${NATIVE_SUBPROTOCOL}.`, ERRORS.bad_request.close);
    }
    this.#stopTimer = this.#timers.after(FIRST_ANSWER_MS, () => this.lose("nothing comes"));
    this.#heartbeat = new Heartbeat(
      this.#timers,
      () => this.ping(),
      () => this.lose("no answer to a ping"),
    );
    this.events.opened();
  }

  #received(data: unknown): void {
    this.#heartbeat?.heard();
    if (!this.#alive) {
      this.#alive = true;
      this.#stopTimer();
      this.events.alive();
    }
    if (typeof data !== "string") return;
    let frame: unknown;
    try {
      frame = JSON.parse(data);
    } catch {
      return; // What it was is missed, and asked for again.
    }
    if (!isJsonObject(frame)) return;
    if (frame["type"] === "pong") this.#pongs += 1;
    this.events.received(frame);
  }
}
