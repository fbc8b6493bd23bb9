import type { Clock } from "./clock.ts";
import type { StreamHead } from "./store.ts";

/** More than so many are not kept in mind at once. */
const MOST = 4096;

interface Waiting {
  readonly connectionId: string;
  readonly stop: () => void;
  readonly begun: (head: StreamHead) => void;
}

/** Who cancelled a request that was not here yet, and wants to hear how it ended (law 6). */
export class EarlyCancels {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<Waiting>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether there is room for one more. */
  get full(): boolean {
    return this.#waiting.size >= MOST;
  }

  /** Calls back once when the request begins on another connection than this, if it does within `ms`. */
  expect(scope: string, requestId: string, ms: number, connectionId: string, begun: (head: StreamHead) => void): void {
    const key = keyOf(scope, requestId);
    const others = this.#waiting.get(key) ?? new Set();
    const stop = this.#clock.after(ms, () => {
      others.delete(waiting);
      if (others.size === 0 && this.#waiting.get(key) === others) this.#waiting.delete(key);
    });
    const waiting: Waiting = { connectionId, stop, begun };
    this.#waiting.set(key, others.add(waiting));
  }

  /** The request has begun. */
  begun(head: StreamHead, connectionId: string): void {
    if (head.requestId === undefined) return;
    const key = keyOf(head.scope, head.requestId);
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const each of waiting) {
      each.stop();
      if (each.connectionId !== connectionId) each.begun(head);
    }
  }
}

function keyOf(scope: string, requestId: string): string {
  return JSON.stringify([scope, requestId]);
}
