import type { Connection } from "./connection.ts";
import type { Lifecycle, LifecycleEvent } from "./lifecycle.ts";
import type { Timers } from "./timers.ts";

export interface VigilParts {
  readonly connection: Connection;
  readonly lifecycle: Lifecycle;
  readonly timers: Timers;
  /** Whether anything is followed. */
  readonly needed: () => boolean;
}

/** A hidden page that follows nothing lets its connection go after so long, milliseconds. */
const HIDDEN_MS = 5 * 60_000;

/** Keeps the connection in step with the page: no dials without a network or while frozen, at once when they are over. */
export class Vigil {
  readonly #parts: VigilParts;
  readonly #stop: () => void;
  #offline = false;
  #stopTimer: () => void = () => {};

  constructor(parts: VigilParts) {
    this.#parts = parts;
    this.#stop = parts.lifecycle((event) => this.#heard(event));
  }

  /** The connection has changed: without a network it does not wait for the next dial. An open one is kept: it may live. */
  changed(): void {
    if (this.#offline && this.#parts.connection.state.state === "waiting") this.#parts.connection.suspend("offline");
  }

  stop(): void {
    this.#stop();
    this.#stopTimer();
  }

  #waitHidden(): void {
    const { connection, timers, needed } = this.#parts;
    this.#stopTimer = timers.after(HIDDEN_MS, () =>
      needed() ? this.#waitHidden() : connection.suspend("the page is hidden"),
    );
  }

  #heard(event: LifecycleEvent): void {
    const { connection } = this.#parts;
    if (event === "online" || event === "offline") this.#offline = event === "offline";
    this.#stopTimer();
    if (event === "offline") this.changed();
    else if (event === "frozen") connection.suspend("the page is frozen");
    else if (event === "hidden") this.#waitHidden();
    else if (connection.state.state !== "failed") connection.reconnect();
  }
}
