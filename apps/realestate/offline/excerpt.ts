import { termOf, wordsOf } from "../local-documents/terms.ts";

/** A passage as the search tool shows it to the model. */
export interface Found {
  readonly citation: string;
  readonly heading: string;
  readonly title: string;
  readonly text: string;
}

const MAX_SENTENCES = 3;
const MAX_CHARACTERS = 600;

/** The sentences of a passage that share most words with the question, in the order in which they stand there. */
export function excerptOf({ text }: Pick<Found, "text">, words: readonly string[]): string {
  const asked = new Set(words.map(termOf));
  const sentences = sentencesOf(text);
  const sharedIn = (sentence: string): number =>
    new Set(
      wordsOf(sentence)
        .map(termOf)
        .filter((term) => asked.has(term)),
    ).size;
  const ranked = sentences
    .map((sentence, place) => ({ place, shared: sharedIn(sentence) }))
    .toSorted((left, right) => right.shared - left.shared || left.place - right.place)
    .slice(0, MAX_SENTENCES)
    .map(({ place }) => place);
  const chosen = ranked.toSorted((left, right) => left - right).map((place) => sentences[place]!);
  return clipped(chosen.join(" "));
}

/** Quoted remarks and list marks are not what a reader wants to hear. */
function sentencesOf(text: string): string[] {
  const prose = text
    .split("\n")
    .filter((line) => !/^\s*>/.test(line))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
  const whole = prose === "" ? text.replace(/\s+/g, " ").trim() : prose;
  return whole.split(/(?<=[.!?])\s+(?=\p{Lu}|\d)/u);
}

function clipped(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, text.lastIndexOf(" ", MAX_CHARACTERS))} …`;
}
