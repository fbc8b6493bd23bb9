/** Characters of one chunk of an answer. */
export const CHUNK_CHARACTERS = 5;

const WORDS = (
  "the river bends where old stone walls keep water from fields and each morning a heron stands still until light comes over " +
  "hills then farmers walk their dogs along narrow paths while mist lifts slowly toward pale sky leaving grass wet underfoot"
).split(" ");
const CODE = "\n```js\nfor (const stone of wall) {\n  stone.lift();\n}\n```\n\n";
const SENTENCES_A_PARAGRAPH = 5;

/** An answer as models write it: sentences, paragraphs between blank lines, now and then a fence. Always the same for a seed. */
export function prose(seed: number, characters: number): string {
  const below = dice(seed);
  let text = "";
  for (let paragraph = 1; text.length < characters; paragraph += 1) {
    const sentences = Array.from({ length: 2 + below(SENTENCES_A_PARAGRAPH) }, () => sentence(below));
    text += `${sentences.join(" ")}\n\n`;
    if (paragraph % 8 === 0) text += CODE;
  }
  return text.slice(0, characters);
}

function sentence(below: (limit: number) => number): string {
  const words = Array.from({ length: 8 + below(12) }, () => WORDS[below(WORDS.length)]!).join(" ");
  return `${words[0]!.toUpperCase()}${words.slice(1)}.`;
}

/** Whole numbers below a limit, from a linear congruential generator (Numerical Recipes' constants). */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
