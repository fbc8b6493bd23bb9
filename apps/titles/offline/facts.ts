import { MONTHS, STOP_WORDS } from "./vocabulary.ts";
import { titleCase } from "./phrases.ts";

const UNIT = "%|percent|per cent|million|billion|trillion|thousand";
const FIGURE = new RegExp(
  `(?<![\\p{L}\\p{N}.,-])((?:[$€£¥]\\s?)?\\d+(?:[.,]\\d+)*)(?:[ \u00a0]?(${UNIT})(?![\\p{L}]))?(?:[ -](\\p{L}{3,}))?`,
  "giu",
);
const NOUN_AFTER = new Set(["years", "months", "weeks", "days", "hours", "minutes", "people", "women", "men", "times"]);

/** Numbers with what they count, like "40 percent" or "1,200 households", the most telling first. */
export function figuresOf(text: string): string[] {
  const found: { readonly figure: string; readonly rank: number }[] = [];
  for (const [, number, unit, noun] of text.matchAll(FIGURE)) {
    const money = /^[$€£¥]/.test(number!);
    const year = !money && unit === undefined && /^(?:1[5-9]|20)\d\d$/.test(number!);
    const counted = noun !== undefined && isCounted(noun) ? ` ${noun}` : "";
    if (year || (!money && unit === undefined && counted === "")) continue;
    const glued = unit === "%" ? unit : unit === undefined ? "" : ` ${unit}`;
    const share = unit !== undefined && /^(?:%|percent|per cent)$/i.test(unit);
    const figure = titleCase(`${number}${glued}${share || money ? "" : counted}`);
    found.push({ figure, rank: share ? 2 : money || unit !== undefined ? 1 : 0 });
  }
  const ranked = found.sort((left, right) => right.rank - left.rank).map(({ figure }) => figure);
  return [...new Set(ranked)].slice(0, 4);
}

function isCounted(noun: string): boolean {
  const key = noun.toLowerCase();
  return NOUN_AFTER.has(key) || (key.endsWith("s") && !STOP_WORDS.has(key) && !MONTHS.has(key));
}

/** Short sentences that somebody in the text says. */
export function quotesOf(text: string): string[] {
  const quotes = Array.from(text.matchAll(/["“]([^"“”\n]{8,60})["”]/g), ([, quote]) => quote!.replace(/[.,;:]$/, ""));
  return quotes.filter((quote) => /^\S+(?: \S+){1,6}$/.test(quote) && /^\p{Lu}/u.test(quote)).slice(0, 2);
}
