import type { Clock } from "../clock.ts";

interface Waiter {
  readonly id: string;
  /** True once it has what it waits for. */
  readonly attempt: () => Promise<boolean>;
  readonly served: PromiseWithResolvers<void>;
}

interface Line {
  readonly waiters: Waiter[];
  busy: boolean;
  stirred: boolean;
  stopTimer: () => void;
}

/**
 * Those in this process who wait for a place, first come first served. Who leaves a place here stirs the line; places that are
 * left elsewhere are found by trying again from time to time, which only the first of a line does.
 */
export class Lines {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #lines = new Map<string, Line>();

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** Waits until it is its turn and its attempt succeeds; rejects with what the attempt throws, or with the signal's reason. */
  async join(name: string, id: string, attempt: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const line = this.#lines.get(name) ?? { waiters: [], busy: false, stirred: false, stopTimer: () => {} };
    this.#lines.set(name, line);
    const waiter: Waiter = { id, attempt, served: Promise.withResolvers() };
    line.waiters.push(waiter);
    const leave = (): void => waiter.served.reject(signal.reason as Error);
    signal.addEventListener("abort", leave, { once: true });
    void this.#serve(name, line);
    try {
      await waiter.served.promise;
    } finally {
      signal.removeEventListener("abort", leave);
      if (drop(line, waiter)) void this.#serve(name, line);
    }
  }

  /** Somebody has left a place: whoever is first tries at once. */
  stir(name: string): void {
    const line = this.#lines.get(name);
    if (line !== undefined) void this.#serve(name, line);
  }

  /** Those who wait now, the first of them first. */
  waiting(name: string): readonly string[] {
    return this.#lines.get(name)?.waiters.map(({ id }) => id) ?? [];
  }

  async #serve(name: string, line: Line): Promise<void> {
    line.stirred = true;
    if (line.busy) return;
    line.busy = true;
    line.stopTimer();
    while (line.stirred) {
      line.stirred = false;
      for (let first = line.waiters[0]; first !== undefined && (await settled(first)); first = line.waiters[0]) {
        drop(line, first);
      }
    }
    line.busy = false;
    if (line.waiters.length === 0) this.#lines.delete(name);
    else line.stopTimer = this.#clock.after(this.#everyMs, () => void this.#serve(name, line));
  }
}

/** True where it was the first. */
function drop({ waiters }: Line, waiter: Waiter): boolean {
  const index = waiters.indexOf(waiter);
  if (index >= 0) waiters.splice(index, 1);
  return index === 0;
}

/** Lets the waiter try; false where it has to wait on. */
async function settled({ attempt, served }: Waiter): Promise<boolean> {
  try {
    if (!(await attempt())) return false;
    served.resolve();
  } catch (thrown) {
    served.reject(thrown as Error);
  }
  return true;
}
