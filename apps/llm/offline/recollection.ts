const NAME = /\b(?:my name is|call me|i am called)\s+([\p{L}][\p{L}'-]*)/iu;
const TOLD_NAME = /^The user's name is (.+)\.$/m;
const ASKS_NAME = /\b(?:what(?:'s| is) my name|who am i)\b/i;
const ASKS_BEFORE = /\bwhat did i (?:just )?(?:say|tell you|ask)\b|\b(?:remember|recall)\b.*\?/i;

/** Of a long message the question is the end. */
const LOOKED_AT = 1000;

/** What the user said earlier, where that is asked for. `system` may tell the user's name. */
export function recollection(said: readonly string[], system: string): string | undefined {
  const question = (said.at(-1) ?? "").slice(-LOOKED_AT);
  const before = said.slice(0, -1);
  if (ASKS_NAME.test(question)) {
    const told = before.toReversed().flatMap((text) => NAME.exec(text)?.[1] ?? [])[0];
    const name = told ?? TOLD_NAME.exec(system)?.[1];
    return name === undefined ? "You have not told me your name." : `Your name is ${name}.`;
  }
  if (!ASKS_BEFORE.test(question)) return undefined;
  const last = before.at(-1);
  return last === undefined ? "This is the first thing that you say to me." : `You said: "${last.slice(0, 300)}"`;
}
