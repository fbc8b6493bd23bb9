import type { Card } from "./cards.ts";

const TASK = `You write titles for the text that the user gives you.

Begin with one or two short sentences, in the language of the text, that say what it is really about. Then write the titles:
six of them where nobody asks for another number, one to a line, each beginning with its number and a period. Write them as
plain text, without quotation marks and without markdown, and write nothing after the last one.

Make each title a different kind: a question, a how, a number from the text, a contrast, a name, a plain statement. Promise
nothing that the text does not hold. Where the user asks for a change, write the titles anew for the same text.`;

const CARDS = "The project's prompt cards follow. Keep to them where they apply:";

const CARD = /<card name="([^"]*)">\n(.*?)\n<\/card>/gs;

/** The system prompt: the task, and the project's cards. */
export function systemPrompt(cards: readonly Card[]): string {
  if (cards.length === 0) return TASK;
  const blocks = cards.map(({ name, text }) => `<card name="${escaped(name)}">\n${escaped(text)}\n</card>`);
  return [TASK, CARDS, ...blocks].join("\n\n");
}

/** Reads the cards back from a system prompt. */
export function cardsIn(system: string): Card[] {
  return Array.from(system.matchAll(CARD), ([, name, text]) => ({ name: plain(name!), text: plain(text!) }));
}

/** A card's text must not be able to end its block. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function plain(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
}
