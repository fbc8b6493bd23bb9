import { setTimeout as pause } from "node:timers/promises";
import { CHUNK_CHARACTERS, prose } from "./prose.ts";

/** How an answer is spoken. */
export interface Speech {
  readonly chunks: number;
  /** 0: all at once. */
  readonly perSecond: number;
}

const SEED = 7;

/** The chunks of the one answer that every variant is given: a prefix of the same text. */
export function answerChunks(count: number): string[] {
  const text = answerText(count);
  return Array.from({ length: count }, (_, number) =>
    text.slice(number * CHUNK_CHARACTERS, (number + 1) * CHUNK_CHARACTERS),
  );
}

export function answerText(count: number): string {
  return prose(SEED, count * CHUNK_CHARACTERS);
}

/** Each chunk at its time, counted from the first, so that no delay adds up. */
export async function* spoken({ chunks, perSecond }: Speech): AsyncGenerator<string, void> {
  const begun = performance.now();
  for (const [number, text] of answerChunks(chunks).entries()) {
    const early = perSecond === 0 ? 0 : begun + (number * 1000) / perSecond - performance.now();
    if (early > 0) await pause(early);
    yield text;
  }
}
