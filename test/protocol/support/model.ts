import type { ProgressEvent, Source } from "sluice";
import { type ErrorCode, SluiceError } from "sluice/protocol";
import { iterable } from "sluice/source/iterable";
import type { Afterwards, Piece, Script } from "./vector.ts";

/** A model that does what a vector says, each time that it is called. */
export class Model {
  readonly source: Source = iterable(() => this.#play());
  readonly #script: Script;
  /** Calls that wait for more, the latest at the end. */
  readonly #waiting: ((script: Script) => void)[] = [];
  #changed = Promise.withResolvers<void>();
  #calls = 0;

  constructor(script: Script = { pieces: [] }) {
    this.#script = script;
  }

  /** How often it was called. */
  get calls(): number {
    return this.#calls;
  }

  /** Resolves when a call waits: whatever it had said before was taken. */
  async waiting(): Promise<void> {
    while (this.#waiting.length === 0) await this.#changed.promise;
  }

  /** Says more on the latest call that waits. */
  async emit(script: Script): Promise<void> {
    await this.waiting();
    this.#waiting.pop()!(script);
  }

  async *#play(): AsyncGenerator<string | ProgressEvent, void, void> {
    this.#calls += 1;
    let script = this.#script;
    for (;;) {
      for (const piece of script.pieces) yield spoken(piece);
      if (script.afterwards !== "wait") return finish(script.afterwards);
      script = await this.#more();
    }
  }

  #more(): Promise<Script> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers<void>();
    });
  }
}

function spoken(piece: Piece): string | ProgressEvent {
  return typeof piece === "object" && "repeat" in piece ? piece.repeat.repeat(piece.times) : piece;
}

function finish(afterwards: Afterwards | undefined): void {
  if (typeof afterwards !== "object") return;
  if ("throws" in afterwards) throw new Error(afterwards.throws);
  const { error, message, retryAfterMs } = afterwards;
  throw new SluiceError(error as ErrorCode, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}
