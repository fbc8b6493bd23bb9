import { DETERMINERS, NAME_LINKS } from "./vocabulary.ts";
import { type Word, isPlural, stemOf } from "./words.ts";

/** A topic or a name of the text, ready for a title. */
export interface Phrase {
  /** As it stands in the text, with "the" where English asks for it. */
  readonly plain: string;
  /** In title case. */
  readonly title: string;
  readonly plural: boolean;
  /** The stems of its words. */
  readonly stems: readonly string[];
}

interface Candidate {
  /** How it is written, in the plural where the text has that. */
  words: readonly Word[];
  readonly stems: readonly string[];
  count: number;
  /** How often an article or the like stands before it. */
  determined: number;
  /** How much its places in the text speak for it. */
  weight: number;
}

const MAX_TOPICS = 6;
const LONGEST = 3;
/** What stands in the first part of a text is what it is about. */
const OPENING = 0.15;
/** What stands before them is the noun that a verb agrees with: coffee shops in Rome. */
const LINKS: ReadonlySet<string> = new Set(["of", "in", "for", "on", "at", "with", "from", "to", "about", "by"]);

/** What the text is about, best first: no two share a word. */
export function topicsOf(words: readonly Word[], names: readonly Phrase[]): Phrase[] {
  const named = new Set(names.flatMap(({ stems }) => stems));
  const candidates = new Map<string, Candidate>();
  for (const run of runsOf(words, named)) {
    for (let from = run.from; from < run.to; from += 1) {
      for (let to = from + 1; to <= Math.min(run.to, from + LONGEST); to += 1) {
        const whole = from === run.from && to === run.to;
        count(candidates, words, from, to, whole);
      }
    }
  }
  const ranked = [...candidates.values()].filter(isNounLike).sort((left, right) => scoreOf(right) - scoreOf(left));
  const chosen: Candidate[] = [];
  for (const candidate of ranked) {
    if (chosen.length === MAX_TOPICS) break;
    if (scoreOf(candidate) > 0 && !chosen.some((other) => overlap(other.stems, candidate.stems)))
      chosen.push(candidate);
  }
  return chosen.map(({ words: found, stems, count: times, determined }) => {
    const plural = isPlural(found.at(-1)!.key);
    const article = !plural && determined * 3 >= times ? "the " : "";
    const text = found.map((word) => (word.startsSentence && !isAcronym(word) ? word.key : word.text)).join(" ");
    return { plain: article + text, title: article + titleCase(text), plural, stems };
  });
}

/** Multi-word names, and single ones that stand within a sentence, most frequent first. */
export function namesOf(words: readonly Word[]): Phrase[] {
  const found = new Map<string, { words: readonly Word[]; count: number; article: boolean }>();
  for (let from = 0; from < words.length; from += 1) {
    let to = from;
    while (isNamePart(words, from, to)) to += 1;
    while (to > from && NAME_LINKS.has(words[to - 1]!.key)) to -= 1;
    if (to === from) continue;
    const parts = words.slice(from, to);
    const counts = parts.length > 1 || !parts[0]!.startsSentence || isAcronym(parts[0]!);
    if (counts && parts.length <= 5) {
      const key = parts.map((word) => word.key).join(" ");
      const article = !words[from]!.apart && words[from - 1]?.key === "the";
      const entry = found.get(key) ?? { words: parts, count: 0, article };
      entry.count += parts.length > 1 ? 2 : 1;
      found.set(key, entry);
    }
    from = to - 1;
  }
  const ranked = [...found.values()].sort((left, right) => right.count - left.count);
  const names: Phrase[] = [];
  for (const { words: parts, article } of ranked) {
    const stems = parts.filter((word) => !NAME_LINKS.has(word.key)).map((word) => stemOf(word.key));
    // "Ruiz" after "Elena Ruiz" is the same person.
    if (names.some((name) => overlap(name.stems, stems))) continue;
    const text = `${article ? "the " : ""}${parts.map((word) => word.text).join(" ")}`;
    names.push({ plain: text, title: text, plural: false, stems });
  }
  return names.slice(0, MAX_TOPICS);
}

/** A phrase that nobody had to find, as a card or a very short text gives it. */
export function givenPhrase(text: string): Phrase {
  const keys = text.toLowerCase().split(/\s+/);
  const link = keys.findIndex((key, at) => at > 0 && LINKS.has(key));
  const head = link < 0 ? keys.at(-1)! : keys[link - 1]!;
  return { plain: text, title: titleCase(text), plural: isPlural(head), stems: keys.map(stemOf) };
}

/** Capitals as titles have them; words that have capitals of their own keep them. */
export function titleCase(text: string): string {
  return text.replace(/\S+/gu, (word, at: number) => {
    if (/\p{Lu}/u.test(word) || (at > 0 && /^(?:of|and|in|for|the|a|an|on|to|or|with|de|at|by)$/.test(word)))
      return word;
    return word.replace(/\p{L}/u, (letter) => letter.toUpperCase()).replace(/-\p{Ll}/gu, (part) => part.toUpperCase());
  });
}

export function overlap(left: readonly string[], right: readonly string[]): boolean {
  return left.some((stem) => right.includes(stem));
}

function isAcronym({ text }: Word): boolean {
  return /^\p{Lu}{2,}/u.test(text);
}

function isNamePart(words: readonly Word[], from: number, at: number): boolean {
  const word = words[at];
  if (word === undefined || (at > from && (word.apart || word.startsSentence))) return false;
  if (word.capitalised && !word.stop) return true;
  return at > from && NAME_LINKS.has(word.key) && words[at + 1]?.capitalised === true && !words[at + 1]!.apart;
}

/** Stretches of content words with nothing between them. */
function* runsOf(words: readonly Word[], named: ReadonlySet<string>): Generator<{ from: number; to: number }> {
  let from: number | undefined;
  for (let at = 0; at <= words.length; at += 1) {
    const word = words[at];
    const content = word !== undefined && !word.stop && !/^\p{N}/u.test(word.key) && !named.has(stemOf(word.key));
    if (from !== undefined && (!content || word.apart)) {
      yield { from, to: at };
      from = undefined;
    }
    if (content) from ??= at;
  }
}

function count(found: Map<string, Candidate>, words: readonly Word[], from: number, to: number, whole: boolean): void {
  const parts = words.slice(from, to);
  const stems = parts.map((word) => stemOf(word.key));
  const key = stems.join(" ");
  const candidate = found.get(key) ?? { words: parts, stems, count: 0, determined: 0, weight: 0 };
  if (isPlural(parts.at(-1)!.key) && !isPlural(candidate.words.at(-1)!.key)) candidate.words = parts;
  const before = words[from - 1];
  const determined = !words[from]!.apart && before !== undefined && DETERMINERS.has(before.key);
  candidate.count += 1;
  if (determined) candidate.determined += 1;
  const opening = from < words.length * OPENING ? 1.3 : 1;
  // A stretch that an article or a preposition opens and a small word ends is most likely a noun phrase.
  const phrase = whole && before?.stop === true && !words[from]!.apart ? 1.2 : 0.8;
  candidate.weight += opening * phrase;
  found.set(key, candidate);
}

/** Longer phrases say more, but only what comes back is surely a phrase. */
function scoreOf({ words, count: times, weight, stems }: Candidate): number {
  const length = words.length;
  if (length === 1) return stems[0]!.length < 3 ? 0 : weight;
  if (times === 1) return length === 2 ? weight * 1.1 : 0;
  return weight * (times === 2 ? 2.2 : 3.5);
}

/** Neither a participle at its beginning nor a verb at its end, as far as endings tell. */
function isNounLike({ words, determined, count: times }: Candidate): boolean {
  const [first, last] = [words[0]!.key, words.at(-1)!.key];
  if (/[^e]ed$/.test(last) && last.length > 4) return false;
  if (last.endsWith("ing") && last.length > 5 && determined === 0 && times === 1) return false;
  return !(words.length > 1 && times === 1 && /(?:ing|ed)$/.test(first));
}
