/**
 * CONTRACT: where the agents' passages come from. Implementations: local-documents.ts, knowledge-base.ts.
 *
 * P1 A passage's text stands in the document that it names; best ones first.
 * P2 Where nothing fits, the answer is an empty list, no error.
 * P3 What goes wrong is thrown as a SluiceError whose message may be shown to anybody: it names no path, host or account.
 * P4 When the signal fires, it throws the signal's reason and asks for nothing more.
 */
export interface Retriever {
  search(query: string, options: SearchOptions): Promise<readonly Passage[]>;
  /** Absent where the documents can be searched only. */
  readonly library?: Library;
}

export interface SearchOptions {
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Where a passage stands. `heading` is empty where the document tells none. */
export interface Citation {
  readonly file: string;
  readonly heading: string;
}

export interface Passage extends Citation {
  /** The document's own title; empty where it has none. */
  readonly title: string;
  readonly text: string;
  /** Comparable within one answer only. */
  readonly score: number;
}

/** Documents that can be listed and read by section. */
export interface Library {
  list(): Promise<readonly DocumentEntry[]>;
  /** The section under that heading; undefined where there is none. */
  read(place: Citation): Promise<Passage | undefined>;
}

export interface DocumentEntry {
  readonly file: string;
  readonly title: string;
  readonly headings: readonly string[];
}

/** How an answer's text names a passage: `[parking.md § Bicycles]`. */
export function markOf({ file, heading }: Citation): string {
  return heading === "" ? `[${file}]` : `[${file} § ${heading}]`;
}
