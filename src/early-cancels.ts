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
  #count = 0;

  /** `find`: where requests may begin in other processes. */
  constructor(clock: Clock, find?: FindRequest) {
    this.#clock = clock;
    this.#find = find;
  }

  /** Whether there is room for one more. */
  get full(): boolean {
    return this.#count >= MOST;
  }

  /** Calls back once when the request begins, on another connection than this, if it does within `ms`. */
  expect(scope: string, requestId: string, ms: number, connectionId: string, begun: (head: StreamHead) => void): void {
    const key = keyOf(scope, requestId);
    const known = this.#waiting.get(key);
    const others = known ?? new Set();
    const stop = this.#clock.after(ms, () => this.#forget(key, waiting));
    const waiting: Waiting = { connectionId, stop, begun };
    this.#waiting.set(key, others.add(waiting));
    this.#count += 1;
    if (known === undefined && this.#find !== undefined) this.#lookLater(this.#find, scope, requestId);
  }

  /** The request has begun, on this connection where it is one of this process. */
  begun(head: StreamHead, connectionId?: string): void {
    if (head.requestId === undefined) return;
    const key = keyOf(head.scope, head.requestId);
    for (const waiting of this.#waiting.get(key) ?? []) {
      this.#forget(key, waiting);
      waiting.stop();
      if (waiting.connectionId !== connectionId) waiting.begun(head);
    }
  }

  /** As long as anybody waits for it. A store that does not answer is asked again. */
  #lookLater(find: FindRequest, scope: string, requestId: string): void {
    this.#clock.after(LOOK_MS, () => {
      if (!this.#waiting.has(keyOf(scope, requestId))) return;
      const again = (): void => this.#lookLater(find, scope, requestId);
      void find(scope, requestId).then((head) => (head === undefined ? again() : this.begun(head)), again);
    });
  }

  #forget(key: string, waiting: Waiting): void {
    const others = this.#waiting.get(key);
    if (others?.delete(waiting) !== true) return;
    this.#count -= 1;
    if (others.size === 0) this.#waiting.delete(key);
  }
}

function keyOf(scope: string, requestId: string): string {
  return JSON.stringify([scope, requestId]);
}
