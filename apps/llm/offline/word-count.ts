const ASKS = /\b(?:how many|count the) words\b/i;

/** How many words stand behind the colon, or in the message before; undefined where that is not asked for. */
export function wordCount(said: readonly string[]): string | undefined {
  const question = said.at(-1) ?? "";
  if (!ASKS.test(question)) return undefined;
  const text = /:\s*([\s\S]+)$/.exec(question)?.[1] ?? said.at(-2) ?? "";
  const count = text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
  return `The text has ${count} ${count === 1 ? "word" : "words"}.`;
}
