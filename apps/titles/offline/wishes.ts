import type { Card } from "../cards.ts";

export type Tone = "plain" | "playful" | "formal" | "questions";

/** What cards and later messages ask of the titles. */
export interface Wishes {
  readonly count?: number;
  readonly tone?: Tone;
  readonly short?: boolean;
  readonly maxWords?: number;
  readonly maxCharacters?: number;
  readonly noQuestions?: boolean;
  readonly noColons?: boolean;
  readonly noNumbers?: boolean;
  readonly sentenceCase?: boolean;
  readonly emoji?: boolean;
  /** Other titles than before. */
  readonly again?: boolean;
  readonly mention?: string;
  readonly avoid?: string;
  readonly audience?: string;
  readonly keywords?: readonly string[];
}

export const MAX_COUNT = 20;

const COUNT_WORDS =
  "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
    " ",
  );
const COUNT = new RegExp(
  `\\b(\\d{1,3}|${COUNT_WORDS.join("|")})\\s+(?:\\p{L}+[\\s-]+){0,3}?(?:titles?|headlines?|options|ideas|suggestions|versions|more|of them)\\b|(\\d{1,3})\\s*(?:個|개|つ|本|案|个)`,
  "iu",
);

const AGAIN =
  `again|others|another (?:\\w+ )?(?:one|set|round|try|titles?)|something (?:else|different)|(?:other|new|different) (?:ones|titles|headlines)|` +
  `more (?:titles|headlines|options|ideas)|(?:\\d+|some|a few|${COUNT_WORDS.join("|")}) more`;

/** A word that is not asked for where "less", "not" or "no" stands before it. */
function asks(text: string, words: string): boolean {
  const match = new RegExp(
    `(\\b(?:less|not|no|never|avoid|don['’]t)\\s+(?:\\w+\\s+){0,2})?(?:\\b(?:${words})\\b)`,
    "i",
  ).exec(text);
  return match !== null && match[1] === undefined;
}

/** Reads the wishes in a card or a message; none where it says nothing that a rule knows. */
export function wishesIn(text: string): Wishes {
  const count = countIn(text);
  const tone = toneIn(text);
  const maxWords = numberIn(
    text,
    /\b(?:at most|max(?:imum)?(?: of)?|under|fewer than|less than|no more than|up to|within)\s+(\d{1,2})\s+words/i,
  );
  const maxCharacters = numberIn(
    text,
    /\b(?:at most|max(?:imum)?(?: of)?|under|fewer than|less than|no more than|up to|within)\s+(\d{2,3})\s+char/i,
  );
  const mention = /\b(?:mention|include|use)\b[^."“\n]{0,40}["“]([^"”\n]{1,40})["”]/i.exec(text)?.[1];
  const avoid = /\b(?:avoid|never|without|do not|don['’]t)\b[^."“\n]{0,40}["“]([^"”\n]{1,40})["”]/i.exec(text)?.[1];
  return {
    ...(count !== undefined && { count }),
    ...(tone !== undefined && { tone }),
    ...(asks(text, "shorter|short|brief|briefer|concise|snappy|snappier|punchy|punchier") && { short: true }),
    ...(/\b(?:longer|more detail(?:ed|s)?)\b/i.test(text) && { short: false }),
    ...(maxWords !== undefined && { maxWords }),
    ...(maxCharacters !== undefined && { maxCharacters }),
    ...(/\b(?:no|without|avoid|never use)\s+question(?:s| marks?)?\b/i.test(text) && { noQuestions: true }),
    ...(/\b(?:no|without|avoid|never use)\s+colons?\b/i.test(text) && { noColons: true }),
    ...(/\b(?:no|without|avoid|never use)\s+(?:numbers?|figures?|digits?)\b/i.test(text) && { noNumbers: true }),
    ...(/\bsentence case\b/i.test(text) && { sentenceCase: true }),
    ...(asks(text, "emojis?") && { emoji: true }),
    ...(asks(text, AGAIN) && { again: true }),
    ...(mention !== undefined && avoid === undefined && { mention }),
    ...(avoid !== undefined && { avoid }),
  };
}

/** What a card wishes: some are known by their name, the others by what they say. */
export function wishesOf({ name, text }: Card): Wishes {
  const said = text.trim().replace(/[.\s]+$/, "");
  const brief = said !== "" && said.length <= 60 && said.split(/\s+/).length <= 8;
  if (/audience|readers?\b/i.test(name) && brief) return { audience: said };
  if (/keyword|seo/i.test(name))
    return {
      keywords: said
        .split(/\s*[,;\n]\s*/)
        .filter(Boolean)
        .slice(0, 6),
    };
  // "Number of titles: 4" says it in two places.
  if (/number|count|how many/i.test(name) && /^\d{1,2}$/.test(said)) return { count: inRange(Number(said)) };
  return wishesIn(`${name}: ${text}`);
}

function countIn(text: string): number | undefined {
  const match = COUNT.exec(text);
  const found = match?.[1] ?? match?.[2];
  if (found === undefined) return undefined;
  return inRange(COUNT_WORDS.indexOf(found.toLowerCase()) + 1 || Number(found));
}

function inRange(count: number): number {
  return Math.min(Math.max(count, 1), MAX_COUNT);
}

function toneIn(text: string): Tone | undefined {
  if (/\b(?:as|only|all|into|phrased as)\s+questions?\b|\bquestion (?:titles|headlines)\b/i.test(text))
    return "questions";
  if (asks(text, "playful|fun|funny|funnier|witty|wittier|humou?r|humou?rous|cheeky|light-?hearted")) return "playful";
  if (asks(text, "formal|serious|professional|academic|sober|scholarly|business-?like")) return "formal";
  return undefined;
}

function numberIn(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
