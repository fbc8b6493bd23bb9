import { SluiceError } from "../../protocol/errors.ts";
import type { Append } from "../../store.ts";
import type { Engines } from "./engines.ts";
import type { Answer, Call } from "./thread.ts";

const READS: ReadonlySet<string> = new Set(["read", "head", "find", "list", "abandoned", "get"]);

/** Does the calls that came together: the writing ones in one transaction, then the reading ones, which see it whole. */
export class Groups {
  readonly #engines: Engines;
  /** A transaction was rolled back: what the engine holds in memory may be ahead of the file. */
  #stale = false;

  constructor(engines: Engines) {
    this.#engines = engines;
  }

  /** Answers in no particular order. */
  run(calls: readonly Call[]): readonly Answer[] {
    try {
      this.#refresh();
    } catch (error) {
      return calls.map((call) => failed(call, error as Error));
    }
    const answers = this.#write(calls.filter(({ method }) => !READS.has(method)));
    return [...answers, ...this.#read(calls.filter(({ method }) => READS.has(method)))];
  }

  /** Housekeeping, once the answers are out. */
  tidy(): void {
    if (!this.#stale) this.#engines.store.tidy();
  }

  #write(calls: readonly Call[]): readonly Answer[] {
    if (calls.length === 0) return [];
    const answers: Answer[] = [];
    try {
      this.#engines.database.group(() => {
        for (const call of calls) answers.push(this.#attempt(call));
      });
      return answers;
    } catch (error) {
      this.#stale = true;
      return calls.map((call) => failed(call, error as Error));
    }
  }

  #read(calls: readonly Call[]): readonly Answer[] {
    if (calls.length === 0) return [];
    try {
      this.#refresh();
    } catch (error) {
      return calls.map((call) => failed(call, error as Error));
    }
    return calls.map((call) => this.#attempt(call));
  }

  /** Nothing is answered out of a memory that the file does not bear out. */
  #refresh(): void {
    if (this.#stale) this.#engines.store.load();
    this.#stale = false;
  }

  /** Does one call. What is refused by a code was refused before anything was written; all else fails the group. */
  #attempt({ id, engine, method, given }: Call): Answer {
    try {
      const target = this.#engines[engine] as unknown as Record<string, (...given: readonly unknown[]) => unknown>;
      return { id, value: target[method]!(...given) };
    } catch (thrown) {
      const error = thrown as Error;
      if (error instanceof SluiceError) return { id, error: new Error(error.message), code: error.code };
      if (this.#engines.database.grouped) throw error;
      return { id, error };
    }
  }
}

function failed({ id, method, given }: Call, error: Error): Answer {
  if (method !== "append") return { id, error };
  return { id, value: (given[0] as readonly Append[]).map(() => ({ outcome: "failed", error })) };
}
