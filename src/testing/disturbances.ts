import type { Clock } from "../clock.ts";

/** One way through a proxy. */
export type Direction = "toClient" | "toServer";

export interface DisturbanceOptions {
  /** Which way; both by default. */
  readonly direction?: Direction;
  /** How long it lasts, milliseconds on the proxy's clock; until it is lifted where not given. */
  readonly forMs?: number;
}

/** Ends a disturbance before its time; harmless where it has ended. */
export type Lift = () => void;

/** What can be made worse without cutting it. Several disturbances hold at once; the worst of each kind counts. */
export interface Disturbable {
  /** Holds the bytes back: they are kept in order, and nothing closes. Where too many wait, nothing more is read. */
  freeze(options?: DisturbanceOptions): Lift;
  /** Lets so many bytes pass in a second, each way by itself. */
  slow(bytesPerSecond: number, options?: DisturbanceOptions): Lift;
  /** Delivers in pieces of 1 to `maxBytes` bytes at random, one a turn: inside frames, and inside characters. */
  split(maxBytes: number, options?: DisturbanceOptions): Lift;
}

interface Disturbance {
  readonly direction: Direction | undefined;
  readonly frozen: boolean;
  readonly bytesPerSecond: number;
  readonly maxPiece: number;
}

/** How bytes may pass one way now; infinite where nothing is in the way. */
export type Passage = Omit<Disturbance, "direction">;

const FREE: Passage = { frozen: false, bytesPerSecond: Infinity, maxPiece: Infinity };

/** The disturbances of one connection, or of a whole proxy. */
export class Disturbances implements Disturbable {
  readonly #clock: Pick<Clock, "after">;
  readonly #changed: () => void;
  readonly #present = new Set<Disturbance>();
  readonly #timers = new Set<() => void>();

  /** `changed` is called whenever bytes may pass otherwise than before. */
  constructor(clock: Pick<Clock, "after">, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  freeze(options: DisturbanceOptions = {}): Lift {
    return this.#add({ ...FREE, frozen: true }, options);
  }

  slow(bytesPerSecond: number, options: DisturbanceOptions = {}): Lift {
    if (!(bytesPerSecond > 0)) throw new RangeError("A rate is above 0 bytes per second; to stop the bytes, freeze.");
    return this.#add({ ...FREE, bytesPerSecond }, options);
  }

  split(maxBytes: number, options: DisturbanceOptions = {}): Lift {
    if (!(maxBytes >= 1)) throw new RangeError("A piece has at least 1 byte.");
    return this.#add({ ...FREE, maxPiece: maxBytes }, options);
  }

  /** What holds for this way, together with what holds elsewhere. */
  passage(direction: Direction, elsewhere: Passage = FREE): Passage {
    let { frozen, bytesPerSecond, maxPiece } = elsewhere;
    for (const each of this.#present) {
      if (each.direction !== undefined && each.direction !== direction) continue;
      frozen ||= each.frozen;
      bytesPerSecond = Math.min(bytesPerSecond, each.bytesPerSecond);
      maxPiece = Math.min(maxPiece, each.maxPiece);
    }
    return { frozen, bytesPerSecond, maxPiece };
  }

  /** Forgets its timers; what was disturbed is gone. */
  stop(): void {
    for (const stop of this.#timers) stop();
    this.#timers.clear();
  }

  #add(passage: Passage, { direction, forMs }: DisturbanceOptions): Lift {
    const disturbance = { ...passage, direction };
    this.#present.add(disturbance);
    let stopTimer = (): void => {};
    const lift = (): void => {
      stopTimer();
      this.#timers.delete(stopTimer);
      if (this.#present.delete(disturbance)) this.#changed();
    };
    if (forMs !== undefined) {
      stopTimer = this.#clock.after(forMs, lift);
      this.#timers.add(stopTimer);
    }
    this.#changed();
    return lift;
  }
}
