const ASKS = /\b(?:summar(?:y|ise|ize)|in short|tl;?dr|key points?)\b/i;
const COMMON = new Set(
  "about after again all also and any are because been before being but can could did does for from had has have her his how into its just like more most not now only other our out over said says she some such than that the their them then there these they this those through too under until very was way were what when where which while who why will with would you your".split(
    " ",
  ),
);
/** A request that is no more than this holds no text of its own: the one before it is meant. */
const SHORT = 60;

const SENTENCES = new Intl.Segmenter("en", { granularity: "sentence" });

/** The sentences of a text, in order. */
export function sentencesIn(text: string): string[] {
  const sentences = Array.from(SENTENCES.segment(text), ({ segment }) => segment.trim());
  return sentences.filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** The sentences that say most of what the text is about, in its own order; undefined where no summary is asked for. */
export function summary(said: readonly string[], most: number): string | undefined {
  const question = said.at(-1) ?? "";
  if (!ASKS.test(question)) return undefined;
  const text = textMeant(question, said);
  const sentences = sentencesIn(text);
  if (sentences.length === 0) return "There is no text to summarise: put it behind a colon, or say it before.";
  const weights = weightsIn(text);
  const ranked = sentences
    .map((sentence, index) => ({ sentence, index, weight: weightOf(sentence, weights) }))
    .toSorted((left, right) => right.weight - left.weight)
    .slice(0, most);
  return ranked
    .toSorted((left, right) => left.index - right.index)
    .map(({ sentence }) => (/[.!?]$/.test(sentence) ? sentence : `${sentence}.`))
    .join(" ");
}

/** What stands behind the colon or in the next lines, else the message before. */
function textMeant(question: string, said: readonly string[]): string {
  const behind = /[:\n]\s*([\s\S]+)$/.exec(question)?.[1] ?? "";
  if (behind !== "") return behind;
  return question.length > SHORT ? question : (said.at(-2) ?? "");
}

function wordsIn(text: string): string[] {
  return Array.from(text.toLowerCase().matchAll(/[\p{L}\p{N}]{3,}/gu), ([word]) => word).filter(
    (word) => !COMMON.has(word),
  );
}

function weightsIn(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of wordsIn(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Long sentences hold more words: the root keeps them from always winning. */
function weightOf(sentence: string, weights: ReadonlyMap<string, number>): number {
  const words = wordsIn(sentence);
  return words.reduce((sum, word) => sum + weights.get(word)!, 0) / Math.sqrt(words.length + 1);
}
