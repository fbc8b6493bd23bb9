/** Words that say nothing about what is asked. */
const STOP_WORDS = new Set(
  `a about all also am an and any are as at be been before being but by can could did do does for from get give had has have how i if in
into is it its let like long many may me much must my need no not of on one or our please shall should so some tell than that the their
them then there these they this those to up us was we were what when where which who why will with would you your`.split(
    /\s+/,
  ),
);

/** Words of questions, and the word that a code has for them. */
const CODE_WORDS: Readonly<Record<string, string>> = {
  tall: "height",
  high: "height",
  eatery: "restaurant",
  diner: "restaurant",
  wheelchair: "accessible",
  elevator: "lift",
  story: "storey",
  stories: "storeys",
};

const LONGEST_WORD = 64;

/** A word as the index knows it; undefined for one that it leaves out. */
export function termOf(word: string): string | undefined {
  const lower = word.slice(0, LONGEST_WORD).normalize("NFKC").toLowerCase();
  if (lower.length < 2 || STOP_WORDS.has(lower)) return undefined;
  return stemOf(Object.hasOwn(CODE_WORDS, lower) ? CODE_WORDS[lower]! : lower);
}

/** The words of a text that say what it is about, each as it is written there. */
export function wordsOf(text: string): string[] {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => termOf(word) !== undefined);
}

/** Singular and plural, "zone" and "zoning" become one; enough for a code of English rules. */
function stemOf(word: string): string {
  let stem = word;
  if (/^[a-z]{4,}$/.test(stem)) {
    stem = stem.replace(/ies$/, "y").replace(/([^su])s$/, "$1");
    if (stem.length > 5) stem = stem.replace(/ing$/, "");
    if (stem.length > 3) stem = stem.replace(/e$/, "");
  }
  return stem;
}
