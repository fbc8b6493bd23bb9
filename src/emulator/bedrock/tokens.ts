import type { ContentBlock, Prompt } from "./stand-in.ts";

const CHARACTERS_PER_TOKEN = 4;
const BYTES_PER_TOKEN = 1024;

/** The emulator's rule: a token is four characters (UTF-16 units), rounded up over the whole. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/** How many characters an answer of `maxTokens` may have. */
export function charactersIn(maxTokens: number | undefined): number {
  return maxTokens === undefined ? Infinity : maxTokens * CHARACTERS_PER_TOKEN;
}

/** Tokens of all text and JSON in the prompt, and one for each kilobyte of an image or a document. */
export function promptTokens(prompt: Prompt): number {
  let characters = prompt.system.length;
  let bytes = 0;
  for (const tool of prompt.tools) characters += JSON.stringify(tool).length;
  for (const block of prompt.messages.flatMap(({ content }) => content)) {
    characters += charactersOf(block);
    for (const media of mediaOf(block)) bytes += media.byteLength;
  }
  return tokensOf(characters) + Math.ceil(bytes / BYTES_PER_TOKEN);
}

function charactersOf({ text, reasoning, toolUse, toolResult }: ContentBlock): number {
  let characters = (text?.length ?? 0) + (reasoning?.length ?? 0);
  if (toolUse !== undefined) characters += toolUse.name.length + JSON.stringify(toolUse.input).length;
  for (const part of toolResult?.content ?? []) {
    characters += part.text?.length ?? 0;
    if (part.json !== undefined) characters += JSON.stringify(part.json).length;
  }
  return characters;
}

function mediaOf({ image, document, toolResult }: ContentBlock): Uint8Array[] {
  const media = [image, document, ...(toolResult?.content ?? []).map((part) => part.image)];
  return media.flatMap((item) => item?.bytes ?? []);
}

/** A word with the white space before it; what is longer is cut. No fragment splits a surrogate pair. */
const FRAGMENT = /\s{0,16}\S{1,8}|\s{1,16}/gu;

/** Cuts text about where a model's tokens end; the fragments together are exactly the text. */
export function fragmentsOf(text: string): readonly string[] {
  return text.match(FRAGMENT) ?? [];
}

/** The first `length` units of the text, or one less where that would split a surrogate pair. */
export function head(text: string, length: number): string {
  const splits = /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(length));
  return text.slice(0, splits ? length - 1 : length);
}
