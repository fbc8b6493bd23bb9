import { type Citation, type Passage, markOf } from "./retriever.ts";

/** What the tools of one run have found, so that its answer's citations can be told apart from mere words. */
export class Findings {
  readonly #byMark = new Map<string, Citation>();

  add(passages: readonly Passage[]): void {
    for (const { file, heading } of passages) this.#byMark.set(markOf({ file, heading }), { file, heading });
  }

  /** The found places that this text cites, in the order of their first mark. */
  citedIn(text: string): Citation[] {
    return [...this.#byMark]
      .map(([mark, citation]) => ({ citation, at: text.indexOf(mark) }))
      .filter(({ at }) => at >= 0)
      .toSorted((left, right) => left.at - right.at)
      .map(({ citation }) => citation);
  }
}
