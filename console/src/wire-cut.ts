import { element } from "./element.ts";

/** What a wire cut is measured against: a run and the client's counts. */
interface Cuttable {
  readonly run: { readonly offset: string | undefined };
  readonly stats: { readonly gaps: number };
}

/** One cut of the wire: a note that says where it was, and what came of it. */
export class WireCut {
  readonly element: HTMLParagraphElement;
  readonly #subject: Cuttable;
  readonly #offset: string | undefined;
  readonly #gaps: number;
  readonly #at: number = performance.now();
  #over = false;

  constructor(subject: Cuttable) {
    this.#subject = subject;
    this.#offset = subject.run.offset;
    this.#gaps = subject.stats.gaps;
    this.element = element("p", { class: "note" }, `${this.#where()}. Reconnecting…`);
  }

  /** Call at each event: the first one past the cut settles the note. */
  settle(): void {
    if (this.#over || this.#subject.run.offset === this.#offset) return;
    this.#over = true;
    const ms = Math.round(performance.now() - this.#at);
    const gaps = this.#subject.stats.gaps - this.#gaps;
    const outcome = gaps === 0 ? "nothing lost" : `${gaps} ${gaps === 1 ? "gap" : "gaps"} found and filled`;
    this.element.textContent = `${this.#where()}, resumed after ${ms} ms, ${outcome}.`;
    this.element.classList.add("is-settled");
  }

  /** Call when the run is over: nothing more can settle the note. */
  end(): void {
    if (!this.#over) this.element.textContent = `${this.#where()}.`;
    this.#over = true;
  }

  #where(): string {
    return this.#offset === undefined ? "Wire cut before the first event" : `Wire cut at offset ${this.#offset}`;
  }
}
