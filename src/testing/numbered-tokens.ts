/** What a text of numbered tokens went through on its way. */
export interface TokenReport {
  /** Numbers that are missing. */
  readonly lost: readonly number[];
  /** Numbers that come more than once. */
  readonly doubled: readonly number[];
  /** Numbers that come after a higher one for the first time. */
  readonly reordered: readonly number[];
  /** What stands between the tokens and is none. */
  readonly foreign: readonly string[];
}

/** One to four bytes of UTF-8 each, so that a cut inside a character shows. */
const MARKS = ["·", "a", "ü", "→", "😀"];

/**
 * The token with this number, like ` 17|→`: no other token is a part of it, and a model's fragments (white space, then up to
 * eight characters) leave it whole. `padding` characters follow it, for tests that need many bytes.
 */
export function numberedToken(number: number, padding = 0): string {
  return ` ${number}|${MARKS[number % MARKS.length]}${".".repeat(padding)}`;
}

/** The text of the tokens from 0 to `count` - 1. */
export function numberedText(count: number, padding = 0): string {
  return Array.from({ length: count }, (_, number) => numberedToken(number, padding)).join("");
}

/** Says what became of the first `count` tokens (up to the highest in the text where not given); all empty: nothing did. */
export function checkTokens(text: string, count?: number): TokenReport {
  const foreign: string[] = [];
  const seen = new Set<number>();
  const doubled = new Set<number>();
  const reordered: number[] = [];
  let highest = -1;
  let end = 0;
  for (const match of text.matchAll(/ (\d+)\|(·|a|ü|→|😀)\.*/gu)) {
    if (match.index > end) foreign.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const number = Number(match[1]);
    if (match[2] !== MARKS[number % MARKS.length]) foreign.push(match[0]);
    if (seen.has(number)) doubled.add(number);
    else if (number < highest) reordered.push(number);
    seen.add(number);
    highest = Math.max(highest, number);
  }
  if (end < text.length) foreign.push(text.slice(end));
  const lost = Array.from({ length: count ?? highest + 1 }, (_, number) => number).filter(
    (number) => !seen.has(number),
  );
  return { lost, doubled: [...doubled], reordered, foreign };
}
