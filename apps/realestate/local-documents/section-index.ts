import MiniSearch from "minisearch";
import type { Passage } from "../retriever.ts";
import type { Section } from "./sections.ts";
import { termOf } from "./terms.ts";

/** Of the best one's score; what is below has little to do with the question. */
const LEAST_SHARE = 0.2;

/** Each word costs, and a long one the square of its length. */
const LONGEST_QUERY = 1000;

interface Entry extends Section {
  readonly id: number;
}

/** A full-text index of sections, kept file by file. */
export class SectionIndex {
  readonly #search = new MiniSearch<Entry>({
    fields: ["heading", "title", "text"],
    processTerm: (term) => termOf(term) ?? null,
    searchOptions: {
      boost: { heading: 2 },
      prefix: (term) => term.length >= 4,
      fuzzy: (term) => (term.length >= 6 ? 0.17 : false),
      // What is only alike counts little beside the word itself.
      weights: { prefix: 0.4, fuzzy: 0.2 },
    },
  });
  readonly #files = new Map<string, readonly Entry[]>();
  readonly #entries = new Map<number, Entry>();
  #nextId = 0;

  /** The sections of all files, in the order of their names. */
  get sections(): readonly Section[] {
    return [...this.#files].toSorted(([left], [right]) => (left < right ? -1 : 1)).flatMap(([, entries]) => entries);
  }

  /** Takes a file's sections in place of those that it had. */
  put(file: string, sections: readonly Section[]): void {
    this.remove(file);
    const entries = sections.map((section) => ({ ...section, id: (this.#nextId += 1) }));
    this.#files.set(file, entries);
    for (const entry of entries) this.#entries.set(entry.id, entry);
    this.#search.addAll(entries);
  }

  remove(file: string): void {
    for (const { id } of this.#files.get(file) ?? []) {
      this.#search.discard(id);
      this.#entries.delete(id);
    }
    this.#files.delete(file);
  }

  search(query: string, limit: number): Passage[] {
    const hits = this.#search.search(query.slice(0, LONGEST_QUERY));
    const least = (hits[0]?.score ?? 0) * LEAST_SHARE;
    return hits
      .filter(({ score }) => score >= least)
      .slice(0, limit)
      .map(({ id, score }) => passageOf(this.#entries.get(id as number)!, score));
  }
}

export function passageOf({ file, heading, title, text }: Section, score: number): Passage {
  return { file, heading, title, text, score };
}
