import { Listeners } from "../../listeners.ts";

/** At most ten times a second: what comes together, or right after, is told together. */
const TELL_AFTER_MS = 100;

/** Keeps one immutable value, changed by folding, and tells of it in peace. It works while somebody listens. */
export class SnapshotStore<Value> {
  readonly #listeners = new Listeners();
  readonly #work: (store: SnapshotStore<Value>) => () => void;
  #value: Value;
  #told: Value;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void) | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  #users = 0;

  /** `work` begins with the first listener, and gives the way to end it; it is ended `lingerMs` after the last has left. */
  constructor(value: Value, work: (store: SnapshotStore<Value>) => () => void) {
    this.#value = value;
    this.#told = value;
    this.#work = work;
  }

  /** As it was last told. */
  readonly snapshot = (): Value => this.#told;

  readonly subscribe = (listener: () => void): (() => void) => {
    const leave = this.#listeners.subscribe(listener);
    this.#users += 1;
    clearTimeout(this.#leaving);
    this.#stop ??= this.#work(this);
    return () => {
      leave();
      this.#users -= 1;
      if (this.#users === 0) this.#leaving = setTimeout(() => this.#end(), LINGER_MS);
    };
  };

  update(fold: (value: Value) => Value): void {
    this.#value = fold(this.#value);
    if (this.#value !== this.#told) this.#timer ??= setTimeout(() => this.flush(), TELL_AFTER_MS);
  }

  /** Tells at once. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#value === this.#told) return;
    this.#told = this.#value;
    this.#listeners.tell();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stop?.();
    this.#stop = undefined;
  }
}

/** A page that is left for another, or mounted twice by React, does not begin anew. */
const LINGER_MS = 2000;
