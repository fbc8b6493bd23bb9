import { figuresOf, quotesOf } from "./facts.ts";
import { type Phrase, givenPhrase, namesOf, overlap, titleCase, topicsOf } from "./phrases.ts";
import { SHAPES, type Slots } from "./shapes.ts";
import type { Wishes } from "./wishes.ts";
import { clipped, stemOf, wordsOf } from "./words.ts";

/** What a text holds that titles can be made of; there is at least one topic. */
export interface Material {
  readonly topics: readonly Phrase[];
  readonly names: readonly Phrase[];
  readonly figures: readonly string[];
  readonly quotes: readonly string[];
}

const SHORT_TEXT_WORDS = 5;
const LEADING_SHAPES = 6;
const EMOJI = ["✨", "💡", "🔍", "🌱", "📈", "🎯"];

/** Reads an English text; keywords that it holds come first. */
export function materialOf(text: string, keywords: readonly string[] = []): Material {
  const words = wordsOf(text);
  const prose = wordsOf(withoutHeadlines(text));
  const names = namesOf(prose);
  let topics = words.length > SHORT_TEXT_WORDS ? topicsOf(words, names) : [];
  const known = text.toLowerCase();
  const wanted = keywords.filter((keyword) => known.includes(keyword.toLowerCase())).map(givenPhrase);
  topics = [...wanted, ...topics.filter(({ stems }) => !wanted.some((phrase) => overlap(phrase.stems, stems)))];
  if (topics.length === 0 && names.length > 0 && words.length > SHORT_TEXT_WORDS) {
    return { topics: names, names: [], figures: figuresOf(text), quotes: [] };
  }
  if (topics.length === 0) topics = [wholeAsTopic(text)];
  return { topics, names, figures: figuresOf(text), quotes: quotesOf(text) };
}

/** As many different titles as are asked for, or as can be made; `skip` leaves out those that were given before. */
export function englishTitles(material: Material, wishes: Wishes, count: number, skip: number): string[] {
  const titles = new Set<string>();
  for (const title of candidates(material, wishes)) {
    if (titles.size === skip + count) break;
    titles.add(title);
  }
  const all = [...titles];
  // Where too few are left, those that were given before come again.
  const fresh = all.slice(Math.max(0, Math.min(skip, all.length - count)));
  return wishes.emoji === true ? fresh.map((title, index) => `${EMOJI[index % EMOJI.length]} ${title}`) : fresh;
}

function* candidates(material: Material, wishes: Wishes): Generator<string> {
  const { topics, names, figures, quotes } = material;
  const tight = wishes.short === true || (wishes.maxWords ?? 99) < 7 || (wishes.maxCharacters ?? 999) < 40;
  const tone = wishes.tone ?? "plain";
  const toned = rotated(SHAPES[tone], topics[0]!.title.length);
  const shapes = tight && tone !== "questions" ? [...SHAPES.short, ...toned] : [...toned, ...SHAPES.short];
  // Each round takes other topics, so that titles do not run out before those do; within the first the topics vary too.
  for (let round = 0; round < Math.max(topics.length, 3); round += 1) {
    for (const [index, shape] of shapes.entries()) {
      const turn = round + (round === 0 && index % 3 === 2 ? 1 : 0);
      const a = topics[turn % topics.length]!;
      const b = topics.length > 1 ? topics[(turn + 1) % topics.length] : undefined;
      const title = shape({
        a,
        b,
        name: pick(
          names.filter((name) => !overlap(name.stems, a.stems)),
          round,
        ),
        figure: pick(
          figures.filter((figure) => !mentions(figure, a)),
          round,
        ),
        quote: pick(
          quotes.filter((quote) => !mentions(quote, a)),
          round,
        ),
        audience: wishes.audience === undefined ? undefined : titleCase(wishes.audience),
      } satisfies Slots);
      if (title === undefined) continue;
      const styled = finished(title, wishes, material);
      if (fits(styled, wishes)) yield styled;
    }
  }
}

function finished(title: string, { mention, noColons, sentenceCase }: Wishes, material: Material): string {
  const mentioned = mention === undefined || title.toLowerCase().includes(mention.toLowerCase());
  const named = mentioned ? title : `${mention}${noColons === true ? " –" : ":"} ${title}`;
  const styled = sentenceCase === true ? inSentenceCase(named, material, mention) : named;
  return styled.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function fits(title: string, wishes: Wishes): boolean {
  if (wishes.noQuestions === true && title.includes("?")) return false;
  if (wishes.noColons === true && title.includes(":")) return false;
  if (wishes.noNumbers === true && /\p{N}/u.test(title)) return false;
  if (wishes.avoid !== undefined && title.toLowerCase().includes(wishes.avoid.toLowerCase())) return false;
  return (
    title.split(/\s+/).length <= (wishes.maxWords ?? Infinity) && title.length <= (wishes.maxCharacters ?? Infinity)
  );
}

/** Names keep their capitals. */
function inSentenceCase(title: string, { names, topics }: Material, mention: string | undefined): string {
  const kept = [...names, ...topics].flatMap(({ plain }) => plain.split(" ")).filter((word) => /\p{Lu}/u.test(word));
  const keep = new Set([...kept, ...(mention?.split(" ") ?? []), "I"]);
  return title.replace(/\p{L}[\p{L}\p{M}'’-]*/gu, (word) => (keep.has(word) ? word : word.toLowerCase()));
}

/** A text of a few words is itself the topic. */
function wholeAsTopic(text: string): Phrase {
  const line =
    text
      .replace(/\s+/g, " ")
      .trim()
      .replace(/[.!?,;:\s]+$/, "") || text.replace(/\s+/g, " ").trim();
  const short = clipped(line, 60);
  const phrase = givenPhrase(short.replaceAll(/["“”]/g, ""));
  const few =
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N}'’ -]*$/u.test(phrase.plain) && wordsOf(phrase.plain).some(({ stop }) => !stop);
  return few ? phrase : { ...phrase, title: `“${phrase.plain}”`, plural: false };
}

/** A headline writes every word like a name. */
function withoutHeadlines(text: string): string {
  const lines = text.split("\n").map((line) => {
    const words = wordsOf(line);
    const capitals = words.filter(({ capitalised }) => capitalised).length;
    const headline = words.length >= 3 && capitals >= words.length * 0.6 && !/[.!?]["”]?\s*$/.test(line);
    return headline ? "" : line;
  });
  return lines.join("\n");
}

function mentions(text: string, phrase: Phrase): boolean {
  return wordsOf(text).some(({ key }) => phrase.stems.includes(stemOf(key)));
}

/** Not every text is to begin with the same kind of title; the first few stay the first few. */
function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const first = items.slice(0, LEADING_SHAPES);
  const turn = by % first.length;
  return [...first.slice(turn), ...first.slice(0, turn), ...items.slice(LEADING_SHAPES)];
}

function pick<Item>(items: readonly Item[], round: number): Item | undefined {
  return items.length === 0 ? undefined : items[round % items.length];
}
