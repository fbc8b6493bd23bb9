import { Listeners } from "../../listeners.ts";

/** How something that was asked of the server stands. */
export type Ask<Answer> =
  | { readonly phase: "asked" }
  | { readonly phase: "answered"; readonly answer: Answer }
  | { readonly phase: "failed"; readonly message: string };

/** What was asked of the server at these pages, by what it is about. */
export class Asks<Answer> {
  readonly #listeners = new Listeners();
  readonly #asks = new Map<string, Ask<Answer>>();

  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);

  of(about: string): Ask<Answer> | undefined {
    return this.#asks.get(about);
  }

  /** Asks once; again only after it failed. */
  ask(about: string, send: () => Promise<Answer>): void {
    const phase = this.of(about)?.phase;
    if (phase === "asked" || phase === "answered") return;
    this.#become(about, { phase: "asked" });
    send().then(
      (answer) => this.#become(about, { phase: "answered", answer }),
      (error: Error) => this.#become(about, { phase: "failed", message: error.message }),
    );
  }

  #become(about: string, ask: Ask<Answer>): void {
    this.#asks.set(about, ask);
    this.#listeners.tell();
  }
}
