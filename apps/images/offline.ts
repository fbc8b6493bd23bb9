import { type StandInRequest, lastUserText } from "sluice/emulator/bedrock";
import { type ImageFacts, inspect } from "./inspect.ts";
import { look } from "./offline/look.ts";
import type { Impression } from "./offline/impression.ts";
import { brightnessOf, coloursIn, fileSize, formatName, percent, shapeOf } from "./offline/words.ts";

/** All that is known of one image; no impression where its pixels could not be read. */
interface Sight {
  readonly facts: ImageFacts;
  readonly bytes: number;
  readonly impression: Impression | undefined;
}

interface Topic {
  readonly asked: RegExp;
  readonly needsPixels?: true;
  readonly say: (sight: Sight) => string;
  /** Whether it is worth saying where the prompt names no topic; always, without it. */
  readonly matters?: (impression: Impression) => boolean;
}

const TOPICS: readonly Topic[] = [
  {
    asked: /\b(?:format|file ?type|kind of (?:file|image)|file|png|jpe?g|gif|webp)\b/i,
    say: ({ facts, bytes }) => `It is a ${formatName(facts)} file of ${fileSize(bytes)}.`,
  },
  {
    asked: /\b(?:size|dimensions?|resolution|width|height|wide|tall|large|big|pixels?|megapixels?)\b/i,
    say: ({ facts: { width, height } }) => `It is ${width} pixels wide and ${height} pixels high.`,
  },
  {
    asked: /\b(?:orientation|portrait|landscape|square|aspect|ratio|shape)\b/i,
    say: ({ facts }) => `Its orientation is ${shapeOf(facts)} (${facts.width}:${facts.height}).`,
  },
  {
    asked:
      /\b(?:colou?rs?|colou?red|palette|hues?|red|green|blue|yellow|orange|purple|pink|brown|black|white|gr[ae]y)\b/i,
    needsPixels: true,
    say: ({ impression }) =>
      impression!.colours.length === 0
        ? "No pixel of it can be seen."
        : `Its main colours are ${coloursIn(impression!)}.`,
  },
  {
    asked: /\b(?:bright(?:ness|er)?|dark(?:ness|er)?|light(?:ness|ing)?|exposure|exposed)\b/i,
    needsPixels: true,
    say: ({ impression }) =>
      `Overall it is ${brightnessOf(impression!)} (${percent(impression!.brightness)} of white).`,
  },
  {
    asked: /\b(?:transparen(?:t|cy)|alpha|opaque|opacity|see-through)\b/i,
    needsPixels: true,
    matters: ({ transparent }) => transparent > 0,
    say: ({ impression }) =>
      impression!.transparent === 0
        ? "None of it is transparent."
        : `${percent(impression!.transparent)} of it is transparent.`,
  },
];

const BLIND = "This answer was made by rules that count pixels: they cannot recognise objects, people or text.";
const UNREADABLE = "Its pixels could not be read here, so nothing can be said of its colours and brightness.";

/** Plays the model: says what counting the image's pixels tells, as far as the prompt asks for that. */
export async function imagesStandIn(request: StandInRequest): Promise<string> {
  const image = request.messages.findLast(({ role }) => role === "user")?.content.find((block) => block.image)?.image;
  if (image === undefined) return `There is no image in this request. ${BLIND}`;
  const facts = inspect(image.bytes);
  const impression = await look(image.bytes, facts, request.signal);
  return answerTo(lastUserText(request), { facts, bytes: image.bytes.length, impression });
}

/** The topics that the prompt names, else all of them. */
function answerTo(prompt: string, sight: Sight): string {
  const { impression } = sight;
  const named = TOPICS.filter(({ asked }) => asked.test(prompt));
  const topics =
    named.length === 0
      ? TOPICS.filter(({ matters }) => matters === undefined || (impression && matters(impression)))
      : named;
  const visible = topics.filter(({ needsPixels }) => needsPixels === undefined || impression !== undefined);
  const sentences = visible.map(({ say }) => say(sight));
  if (visible.length < topics.length) sentences.push(UNREADABLE);
  return `${[...sentences, BLIND].join(" ")}\n`;
}
