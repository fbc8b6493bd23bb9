import { type Route, type Turn, continuedSource, route, status } from "sluice";
import { z } from "zod";
import { loadCards, projectIdSchema } from "./cards.ts";
import { conversation } from "./conversation.ts";
import { parseTitles } from "./parse-titles.ts";
import { systemPrompt } from "./prompt.ts";

/** What a client sends. A text holds 200,000 UTF-16 units at most, the history 200 turns. */
export interface StreamInput {
  readonly projectId: string;
  readonly userInput: string;
  readonly chat_history?: readonly Turn[] | null | undefined;
}

/** What it gets at the end, beside the whole text. */
export interface StreamResult {
  readonly titles: readonly string[];
}

const MAX_TEXT = 200_000;
const MAX_TURNS = 200;

const input = z.object({
  projectId: projectIdSchema,
  userInput: z.string().max(MAX_TEXT).regex(/\S/, "must not be empty"),
  chat_history: z
    .array(z.object({ role: z.enum(["user", "assistant"]), content: z.string().max(MAX_TEXT) }))
    .max(MAX_TURNS)
    .nullish(),
});

/** Progress is told before the first chunk and after the last only: pages drop their text at a chunk that follows one. */
export const stream: Route<StreamInput, StreamResult> = route({
  input,
  onCrash: "continue",
  async *run({ input: { projectId, userInput, chat_history }, source, soFar, signal, records }) {
    const hasText = soFar !== undefined && soFar.text !== "";
    if (!hasText) yield status("Analyzing prompt cards...", 0.1, "analyzing");
    const cards = await loadCards(records, projectId);
    if (!hasText) yield status("Generating titles...", 0.4, "generating");
    const answer = yield* continuedSource(source, soFar).stream({
      system: systemPrompt(cards),
      messages: conversation(chat_history ?? [], userInput),
      maxTokens: 2000,
      temperature: 0.7,
      signal,
    });
    yield status("Finalizing titles...", 1, "finalizing");
    return { titles: parseTitles(answer.text) };
  },
});
