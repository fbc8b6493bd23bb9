import { clipped } from "./words.ts";

type Script = "ko" | "ja" | "zh" | "other";

/** Sentences that fit around any phrase, whatever its grammar. */
const SHAPES: Readonly<Record<Script, readonly ((a: string, b: string) => string)[]>> = {
  ko: [
    (a) => `${a}, 왜 지금인가?`,
    (a, b) => `${a} 그리고 ${b}`,
    (a) => `한눈에 보는 ${a}`,
    (a) => `${a}의 모든 것`,
    (a) => `다시 보는 ${a}`,
  ],
  ja: [
    (a) => `なぜ今、${a}なのか`,
    (a, b) => `${a}から見える${b}`,
    (a) => `${a}のすべて`,
    (a, b) => `${a}と${b}`,
    (a) => `${a}を考える`,
  ],
  zh: [
    (a) => `为什么是${a}？`,
    (a, b) => `从${a}看${b}`,
    (a) => `${a}背后的故事`,
    (a, b) => `${a}与${b}`,
    (a) => `读懂${a}`,
  ],
  other: [(a, b) => `${a} · ${b}`, (a, b) => `${a} — ${b}`, (a, b) => `${a} & ${b}`, (a, b) => `${a}: ${b}`],
};

const INTRODUCTIONS: Readonly<Record<Script, (a: string) => string>> = {
  ko: (a) => `이 글의 핵심어는 “${a}”입니다. 글 속의 표현으로 제목을 지어 보았습니다.`,
  ja: (a) => `この文章の中心は「${a}」です。文中の言葉から題名を作りました。`,
  zh: (a) => `这段文字的核心是“${a}”。以下标题取自文中的词句。`,
  other: (a) => `“${a}”`,
};

/** Endings that Korean puts on nouns. */
const PARTICLES = /(?:에서는|에서|으로|에게|까지|부터|이라는|라는|은|는|이|가|을|를|의|에|로|와|과|도)$/;

/** An introduction and titles in the text's own language, from its own terms and clauses. */
export function foreignTitles(text: string, count: number, skip: number): { introduction: string; titles: string[] } {
  const script = scriptOf(text);
  const terms = termsOf(text, script);
  const [main = clipped(text.replace(/\s+/g, " ").trim(), 20)] = terms;
  const clauses = clausesOf(text, terms, script);
  const titles = new Set<string>();
  const shaped = terms.flatMap((term, index) => {
    const next = terms[index + 1] ?? terms[0]!;
    return next === term
      ? SHAPES[script].filter(({ length }) => length === 1).map((shape) => shape(term, term))
      : SHAPES[script].map((shape) => shape(term, next));
  });
  for (let index = 0; titles.size < skip + count && index < Math.max(clauses.length, shaped.length); index += 1) {
    const [clause, made] = [clauses[index], shaped[index]];
    if (clause !== undefined) titles.add(clause);
    if (made !== undefined) titles.add(made);
  }
  if (titles.size === 0) titles.add(main);
  const all = [...titles].slice(0, skip + count);
  return {
    introduction: INTRODUCTIONS[script](main),
    titles: all.slice(Math.max(0, Math.min(skip, all.length - count))),
  };
}

function scriptOf(text: string): Script {
  if (/\p{Script=Hangul}/u.test(text)) return "ko";
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return "ja";
  return /\p{Script=Han}/u.test(text) ? "zh" : "other";
}

/** The words that come back most, and pairs of neighbours that come back; earlier ones first among equals. */
function termsOf(text: string, script: Script): string[] {
  const weights = new Map<string, number>();
  const pairs = new Map<string, number>();
  const segmenter = new Intl.Segmenter(script === "other" ? undefined : script, { granularity: "word" });
  let before: { readonly raw: string; readonly end: number } | undefined;
  for (const { segment, isWordLike, index } of segmenter.segment(text)) {
    if (isWordLike !== true) continue;
    const term = termOf(segment, script);
    if (term !== undefined) weights.set(term, (weights.get(term) ?? 0) + 1);
    const between = before === undefined ? "." : text.slice(before.end, index);
    if (term !== undefined && before !== undefined && /^ ?$/.test(between)) {
      const pair = before.raw + between + term;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    before = term === undefined ? undefined : { raw: segment, end: index + segment.length };
  }
  for (const [pair, times] of pairs) if (times > 1) weights.set(pair, times * 1.8);
  const ranked = [...weights].sort(([, left], [, right]) => right - left).map(([term]) => term);
  const terms: string[] = [];
  for (const term of ranked) if (!terms.some((other) => overlaps(other, term))) terms.push(term);
  return terms.slice(0, 6).map((term) => (script === "other" ? capitalised(term) : term));
}

function overlaps(left: string, right: string): boolean {
  const [one, other] = [left.toLowerCase(), right.toLowerCase()];
  return one.includes(other) || other.includes(one);
}

function capitalised(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

function termOf(word: string, script: Script): string | undefined {
  const length = [...word].length;
  switch (script) {
    case "ko": {
      const stem = length > 2 ? word.replace(PARTICLES, "") : word;
      return [...stem].length < 2 || /(?:다|고|며|서|면)$/.test(stem) ? undefined : stem;
    }
    case "ja":
      return length < 2 || !/[\p{Script=Han}\p{Script=Katakana}]/u.test(word) ? undefined : word;
    case "zh":
      return length < 2 ? undefined : word;
    case "other":
      // Short words are articles and the like in most languages that put spaces between words.
      return length < 5 ? undefined : word;
  }
}

/** Whole sentences that are as short as a title, those with its main terms first; then what stands between commas. */
function clausesOf(text: string, terms: readonly string[], script: Script): string[] {
  const [shortest, longest] = script === "other" ? [8, 70] : [4, 32];
  const main = terms.slice(0, 3).map((term) => term.toLowerCase());
  const score = (clause: string): number => main.filter((term) => clause.toLowerCase().includes(term)).length;
  const fitting = (pieces: readonly string[]): string[] =>
    pieces
      .map((piece) => piece.trim().replace(/^[-*•\s]+/, ""))
      .filter((piece) => [...piece].length >= shortest && clipped(piece, longest) === piece && !LOOSE_END.test(piece))
      .sort((left, right) => score(right) - score(left));
  const sentences = text.split(/[\n。．.!?！？]+\s*/u);
  const clauses = sentences.flatMap((sentence) => sentence.split(/[、，,;；:：]+\s*/u));
  return [...new Set([...fitting(sentences), ...fitting(clauses)])].map(capitalised);
}

/** Particles that leave a Japanese clause hanging. */
const LOOSE_END = /[がはをにでともへみり]$/;
