/** What the fuzzers saw: how often each kind of answer came, and what should not have come. */
export class Findings {
  readonly counts: Map<string, number> = new Map();
  readonly problems: string[] = [];
  readonly #most = 40;

  count(answer: string): void {
    this.counts.set(answer, (this.counts.get(answer) ?? 0) + 1);
  }

  /** Something that must not be, with the input that brought it. */
  problem(what: string, input: string | Buffer): void {
    this.count(`PROBLEM ${what}`);
    const shown = typeof input === "string" ? input : input.toString("latin1");
    if (this.problems.length < this.#most) this.problems.push(`${what}: ${JSON.stringify(shown.slice(0, 600))}`);
  }
}
