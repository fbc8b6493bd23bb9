import type { PromptMessage, StandInRequest } from "sluice/emulator/bedrock";
import type { Card } from "./cards.ts";
import { type Material, englishTitles, materialOf } from "./offline/english.ts";
import { foreignTitles } from "./offline/foreign.ts";
import { type Wishes, wishesIn, wishesOf } from "./offline/wishes.ts";
import { clipped, isEnglish } from "./offline/words.ts";
import { cardsIn } from "./prompt.ts";

const DEFAULT_COUNT = 6;
/** The server waits while the rules read: the first pages of a book are enough for its title. */
const MAX_CHARACTERS = 40_000;
/** A message that is longer is a text of its own, not a wish about the one before. */
const MAX_WISH_WORDS = 30;

const REQUEST =
  /^\s*(?:(?:please|hi|hello|hey)[,!]?\s+)?(?:(?:can|could|would) you\s+)?(?:please\s+)?(?:write|give|suggest|create|generate|make|propose|find|come up with|i need|i want|i['’]d like)\b[^.:\n]{0,60}?\b(?:titles?|headlines?)\b(?:\s+(?:ideas|suggestions|options))?(?:\s+(?:for|about|on|of)\b)?(?:\s+(?:(?:an?|the|this|my|the following)\s+)?(?:article|(?:blog )?post|text|essay|story)\b)?(?:\s+(?:about|on)\b)?\s*[:.\n-]?\s*/i;

const SUBJECT = /^\s*(?:an?|the|my|this)\s+(?:article|(?:blog )?post|essay|story|text)\s+(?:about|on)\s+/i;

/** Plays the model: a short introduction and numbered titles, by rules and out of the real text. The same input, the same answer. */
export function titlesStandIn({ system, messages }: StandInRequest): string {
  const cards = cardsIn(system);
  const { text, wishes: asked, round } = subjectOf(messages);
  const wishes: Wishes = Object.assign({}, ...cards.map(wishesOf), asked);
  const count = wishes.count ?? DEFAULT_COUNT;
  const skip = asked.again === true ? round * count : 0;
  if (!isEnglish(text)) {
    const { introduction, titles } = foreignTitles(text, count, skip);
    return answerOf(introduction, titles);
  }
  const material = materialOf(text, wishes.keywords);
  const titles = englishTitles(material, wishes, count, skip);
  if (titles.length === 0) {
    return "No title that can be made out of this text keeps to every wish. Take one of the limits back, and ask again.";
  }
  return answerOf(introductionOf(text, material, wishes, cards), titles);
}

interface Subject {
  readonly text: string;
  readonly wishes: Wishes;
  /** How many answers the conversation has already. */
  readonly round: number;
}

/** The text that the titles are for: the last message, unless that is a wish about an earlier one. */
function subjectOf(messages: readonly PromptMessage[]): Subject {
  const said = messages.filter(({ role }) => role === "user").map(textOf);
  const round = messages.filter(({ role }) => role === "assistant").length;
  let subject = { text: "", wishes: {} as Wishes };
  for (const message of said) {
    const wishes = subject.text !== "" && wordsIn(message) <= MAX_WISH_WORDS ? wishesIn(message) : {};
    if (Object.keys(wishes).length === 0) subject = withoutRequest(message);
    else subject = { text: subject.text, wishes: { ...withoutAgain(subject.wishes), ...wishes } };
  }
  return { ...subject, text: clipped(subject.text, MAX_CHARACTERS), round };
}

/** "Give me five titles for this article: …" is a wish and a text; what stands in the text itself is no wish. */
function withoutRequest(message: string): { text: string; wishes: Wishes } {
  const request = REQUEST.exec(message)?.[0] ?? "";
  const text = message.slice(request.length).replace(SUBJECT, "").trim();
  return text === "" ? { text: message.trim(), wishes: {} } : { text, wishes: wishesIn(request) };
}

/** Other titles are asked for once. */
function withoutAgain({ again: _again, ...wishes }: Wishes): Wishes {
  return wishes;
}

function introductionOf(
  text: string,
  { topics, names, figures }: Material,
  wishes: Wishes,
  cards: readonly Card[],
): string {
  const [first, second] = topics;
  const sentences: string[] = [];
  if (wordsIn(text) <= 5) {
    sentences.push(`That is a short text, so these titles stay close to “${clipped(text.replace(/\s+/g, " "), 60)}”.`);
  } else {
    const place = names[0] === undefined ? "" : `, with ${names[0].plain} close by`;
    const figure = figures[0] === undefined ? "" : `; the figure that stays is ${figures[0].toLowerCase()}`;
    const both = second === undefined ? first!.plain : `${first!.plain} and ${second.plain}`;
    sentences.push(`This text keeps coming back to ${both}${place}${figure}.`);
  }
  const style = [
    wishes.short === true ? "short" : "",
    wishes.tone === "questions" ? "as questions" : (wishes.tone ?? ""),
  ].filter(Boolean);
  const cardNames = cards.length === 0 ? "" : `, with your prompt card${cards.length === 1 ? "" : "s"} in mind`;
  sentences.push(`Here are titles for it${style.length === 0 ? "" : `, ${style.join(" and ")}`}${cardNames}.`);
  return sentences.join(" ");
}

function answerOf(introduction: string, titles: readonly string[]): string {
  return `${introduction}\n\n${titles.map((title, index) => `${index + 1}. ${title}`).join("\n")}\n`;
}

function textOf({ content }: PromptMessage): string {
  return content.flatMap(({ text }) => text ?? []).join("\n");
}

function wordsIn(text: string): number {
  return text.trim().split(/\s+/).length;
}
