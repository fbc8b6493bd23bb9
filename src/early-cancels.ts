import type { Clock } from "./clock.ts";
import type { StreamHead } from "./store.ts";

/** More than so many are not kept in mind at once. */
const MOST = 4096;

/** How often it is looked whether the request has begun in another process. */
const LOOK_MS = 1000;

/** Finds the stream of a request, wherever it began. */
export type FindRequest = (scope: string, requestId: string) => Promise<StreamHead | undefined>;

interface Waiting {
  readonly connectionId: string;
  readonly stop: () => void;
  readonly begun: (head: StreamHead) => void;
}

/** Who cancelled a request that was not here yet, and wants to hear how it ended (law 6). */
export class EarlyCancels {
  readonly #clock: Clock;
  readonly #find: FindRequest | undefined;
  readonly #waiting = new Map<string, Set<Waiting>>();

  /** `find`: where requests may begin in other processes. */
  constructor(clock: Clock, find?: FindRequest) {
    this.#clock = clock;
    this.#find = find;
  }

  /** Whether there is room for one more. */
  get full(): boolean {
    return this.#waiting.size >= MOST;
  }

  /** Calls back once when the request begins, on another connection than this, if it does within `ms`. */
  expect(scope: string, requestId: string, ms: number, connectionId: string, begun: (head: StreamHead) => void): void {
    const key = keyOf(scope, requestId);
    const others = this.#waiting.get(key) ?? new Set();
    const stop = this.#clock.after(ms, () => this.#forget(key, waiting));
    const waiting: Waiting = { connectionId, stop, begun };
    this.#waiting.set(key, others.add(waiting));
    if (this.#find !== undefined) this.#lookLater(this.#find, scope, requestId, waiting);
  }

  #lookLater(find: FindRequest, scope: string, requestId: string, waiting: Waiting): void {
    const key = keyOf(scope, requestId);
    this.#clock.after(LOOK_MS, () => {
      if (this.#waiting.get(key)?.has(waiting) !== true) return;
      // A store that does not answer is asked again.
      void find(scope, requestId).then(
        (head) =>
          head === undefined ? this.#lookLater(find, scope, requestId, waiting) : this.#found(key, waiting, head),
        () => this.#lookLater(find, scope, requestId, waiting),
      );
    });
  }

  #found(key: string, waiting: Waiting, head: StreamHead): void {
    if (this.#waiting.get(key)?.has(waiting) !== true) return;
    this.#forget(key, waiting);
    waiting.stop();
    waiting.begun(head);
  }

  #forget(key: string, waiting: Waiting): void {
    const others = this.#waiting.get(key);
    others?.delete(waiting);
    if (others?.size === 0) this.#waiting.delete(key);
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
