import { ENGLISH_MARKS, PLURALS, STOP_WORDS } from "./vocabulary.ts";

/** A word of a text, and what stands before it. */
export interface Word {
  readonly text: string;
  /** Lower case, straight apostrophes, no possessive ending. */
  readonly key: string;
  readonly stop: boolean;
  readonly capitalised: boolean;
  /** More than white space stands between it and the word before. */
  readonly apart: boolean;
  readonly startsSentence: boolean;
}

const WORD = /[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}]|['’\-‑&](?=[\p{L}\p{N}]))*/gu;
const SENTENCE_END = /[.!?…:\n][)"”’']*\s*["“‘(]*$/;

export function wordsOf(text: string): Word[] {
  let end = 0;
  return Array.from(text.matchAll(WORD), (match) => {
    const between = text.slice(end, match.index);
    const first = end === 0;
    end = match.index + match[0].length;
    const bare = match[0].replace(/['’]s?$/i, "");
    const key = bare.toLowerCase().replaceAll("’", "'");
    return {
      text: bare,
      key,
      stop: STOP_WORDS.has(match[0].toLowerCase().replaceAll("’", "'")) || STOP_WORDS.has(key) || key.endsWith("ly"),
      capitalised: /^\p{Lu}/u.test(bare),
      apart: first || /\S/.test(between),
      startsSentence: first || SENTENCE_END.test(between),
    };
  });
}

/** One key for the singular and the plural of a word. */
export function stemOf(key: string): string {
  if (key.length > 4 && key.endsWith("ies")) return `${key.slice(0, -3)}y`;
  if (key.length > 4 && /(?:ch|sh|x|ss|z|[^aeo]us)es$/.test(key)) return key.slice(0, -2);
  return key.length > 3 && /[^su]s$/.test(key) && !key.endsWith("is") ? key.slice(0, -1) : key;
}

export function isPlural(key: string): boolean {
  if (PLURALS.has(key)) return true;
  return /[^su]s$/.test(key) && key.length > 3 && !/(?:is|ics|news)$/.test(key);
}

/** Whether English sentences may be made of this text; a short one in Latin letters is given the benefit of the doubt. */
export function isEnglish(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  const plain = letters.filter((letter) => /[a-z]/i.test(letter)).length;
  if (letters.length === 0 || plain < letters.length * 0.9) return letters.length === 0;
  const words = text.toLowerCase().match(/[a-z']+/g) ?? [];
  if (words.length < 8) return plain === letters.length;
  return words.filter((word) => ENGLISH_MARKS.has(word)).length >= words.length * 0.12;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The first `length` characters as a reader counts them; an emoji is never torn. */
export function clipped(text: string, length: number): string {
  // No character has more units than this in practice, so that a long text is not walked to its end.
  const parts = Array.from(graphemes.segment(text.slice(0, length * 32)), ({ segment }) => segment);
  return parts.length <= length && text.length <= length * 32 ? text : parts.slice(0, length).join("").trimEnd();
}
