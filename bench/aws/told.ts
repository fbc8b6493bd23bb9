import { EventEmitter, once } from "node:events";
import type { Spoken } from "./speech.ts";

/** What one invocation of a function cost in the table. */
export interface Spent {
  readonly function: string;
  /** Writes, each of one item. */
  readonly writes: number;
  /** Write units as DynamoDB counts them: begun KB of the item, before or after, whichever is more. */
  readonly units: number;
}

/** What the functions print for the bench, a line each. */
export type Told = { readonly spoken: Spoken } | { readonly spent: Spent };

const MARK = "bench ";

/** Called in a function. */
export function tell(told: Told): void {
  process.stdout.write(`${MARK}${JSON.stringify(told)}\n`);
}

/** What the functions have told; what else they print (their metrics) is left out. */
export class Hearing {
  readonly spoken = new Map<string, Spoken>();
  spent: Spent[] = [];
  readonly #news = new EventEmitter();

  hear(output: string): void {
    for (const line of output.split("\n")) {
      if (!line.startsWith(MARK)) continue;
      const told = JSON.parse(line.slice(MARK.length)) as Told;
      if ("spoken" in told) this.spoken.set(told.spoken.label, told.spoken);
      else this.spent.push(told.spent);
      this.#news.emit("told");
    }
  }

  async until(enough: () => boolean, ms: number): Promise<void> {
    const signal = AbortSignal.timeout(ms);
    while (!enough()) await once(this.#news, "told", { signal });
  }
}
