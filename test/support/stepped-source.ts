import type { ModelRequest, Source } from "../../src/source.ts";
import { iterable } from "../../src/source/iterable.ts";
import { numberedToken } from "../../src/testing/numbered-tokens.ts";

/** A model that says numbered tokens, as far as it is allowed to; the whole answer has so many. */
export class SteppedSource implements Source {
  readonly modelId = "test.stepped";
  readonly #total: number;
  #allowed = 0;
  #more: PromiseWithResolvers<void> = Promise.withResolvers();
  #calls = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** How often it was asked. */
  get calls(): number {
    return this.#calls;
  }

  stream(request: ModelRequest): ReturnType<Source["stream"]> {
    this.#calls += 1;
    return iterable(() => this.#tokens()).stream(request);
  }

  /** It may say so many tokens in all. */
  allow(tokens: number): void {
    this.#allowed = tokens;
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }

  async *#tokens(): AsyncGenerator<string> {
    for (let number = 0; number < this.#total; number += 1) {
      while (number >= this.#allowed) await this.#more.promise;
      yield numberedToken(number);
    }
  }
}
