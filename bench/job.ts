/** What each stream of a peer's server brings. */
export interface Job {
  /** Chunks of one stream. */
  readonly chunks: number;
  /** Chunks of one stream that arrive together. */
  readonly together: number;
  /** Milliseconds between a stream's arrivals; 0: one arrival each turn of the event loop. */
  readonly intervalMs: number;
  readonly text: ChunkText;
  /** The streams wait for `begin`, so that opening them is not part of what is measured. */
  readonly held: boolean;
}

/** What a chunk says: always the same, the time (microseconds) at which it was made, or its number. */
export type ChunkText = "constant" | "time" | "number";

/** What a peer's server needs to know of its surroundings. */
export interface Place {
  /** An empty folder of its own. */
  readonly folder: string;
  readonly redisPort: number;
  /** Where its CPU profile goes, if one is wanted. */
  readonly profiles?: string | undefined;
  /** What the peer's own options are. */
  readonly options: readonly string[];
}

/** Stands before the digits of each chunk, and nowhere else before a digit. */
export const MARK = "#";
export const DIGITS = 15;
const FILLER = "x".repeat(8);

/** The text of one chunk: 24 characters. */
export function chunkText(value: number): string {
  return MARK + String(value).padStart(DIGITS, "0") + FILLER;
}

/** The numbers of all chunks in a text, in order. */
export function chunkValues(text: string): number[] {
  return Array.from(text.matchAll(new RegExp(`${MARK}(\\d{${DIGITS}})${FILLER}`, "g")), ([, digits]) => Number(digits));
}
