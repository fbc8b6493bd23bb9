import type { ModelRequest, Source } from "sluice";
import { iterable } from "sluice/source/iterable";

const WORDS = 120;
const HALF = WORDS / 2;

/** The last word before the gate. */
export const LAST_WORD_BEFORE_THE_GATE: string = `w${HALF}`;

const NUMBERED = Array.from({ length: WORDS }, (_, index) => `w${index + 1} `);
const TITLES = ["\n\n", "1. A first title\n", "2. A second title\n", "3. A third title"];

/** The whole text that it streams. */
export const GATED_TEXT: string = [...NUMBERED, ...TITLES].join("");

/** A model that streams numbered words, stops half-way until it is let go, and then gives three titles. */
export class GatedSource implements Source {
  readonly modelId = "test.gated";
  readonly requests: ModelRequest[] = [];
  #gate: PromiseWithResolvers<void> = Promise.withResolvers();

  stream(request: ModelRequest): ReturnType<Source["stream"]> {
    this.requests.push(request);
    const gate = this.#gate.promise;
    const source = iterable(async function* () {
      yield* NUMBERED.slice(0, HALF);
      await gate;
      yield* [...NUMBERED.slice(HALF), ...TITLES];
    });
    return source.stream(request);
  }

  /** Opens the gate for the runs so far and those to come. */
  release(): void {
    this.#gate.resolve();
  }
}
