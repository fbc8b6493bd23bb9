import { type JsonObject, type Principal, type Route, type Turn, type Usage, continuedSource, route } from "sluice";
import { z } from "zod";
import { alternating } from "../turns.ts";
import { MAX_METADATA, isRepeatable } from "./metadata.ts";

export interface ChatOptions {
  /** The models that a request may choose from; the first one answers where it chooses none. */
  readonly models: readonly [string, ...string[]];
}

/**
 * What a client sends: 200 turns at most, 400,000 UTF-16 units in all, the last turn the user's; a system prompt of 20,000, and
 * metadata of 4,000 as JSON.
 */
export interface ChatInput {
  readonly data: {
    readonly messages: readonly Turn[];
    readonly modelId?: string | null | undefined;
    readonly systemPrompt?: string | null | undefined;
    /** Repeated on each frame. */
    readonly metadata?: JsonObject | undefined;
  };
}

/** What it gets at the end, beside the text. A model that does not count its tokens has used none, as far as is known. */
export interface ChatAnswer {
  readonly modelId: string;
  readonly stopReason: string;
  readonly usage: Usage;
}

const MAX_TURNS = 200;
const MAX_TEXT = 400_000;
const MAX_SYSTEM_PROMPT = 20_000;
const MAX_ANSWER_TOKENS = 4096;

/** The one route behind both names: they differ in what the dialect shows. */
export function chatRoute({ models }: ChatOptions): Route<ChatInput, ChatAnswer> {
  return route({
    input: inputFor(models),
    onCrash: "continue",
    async *run({ input: { data }, source, soFar, signal, principal }) {
      const { modelId = models[0], systemPrompt, messages } = data;
      const system = [systemPrompt ?? "", aboutUser(principal)].filter((part) => part !== "").join("\n\n");
      const answer = yield* continuedSource(source, soFar).stream({
        messages: alternating(messages),
        modelId: modelId ?? models[0],
        maxTokens: MAX_ANSWER_TOKENS,
        ...(system !== "" && { system }),
        signal,
      });
      const { stopReason, usage = { inputTokens: 0, outputTokens: 0 } } = answer;
      return { modelId: answer.modelId, stopReason, usage };
    },
  });
}

function inputFor(models: readonly string[]): z.ZodType<ChatInput, ChatInput> {
  const turn = z.object({ role: z.enum(["user", "assistant"]), content: z.string().max(MAX_TEXT) });
  return z.object({
    data: z.object({
      messages: z
        .array(turn)
        .min(1)
        .max(MAX_TURNS)
        .refine((turns) => lengthOf(turns) <= MAX_TEXT, `must hold ${MAX_TEXT} characters at most`)
        .refine((turns) => turns.at(-1)?.role === "user", "must end with the user's turn")
        .refine((turns) => /\S/.test(turns.at(-1)?.content ?? "x"), "must end with a turn that is not empty"),
      modelId: z
        .string()
        .refine((id) => models.includes(id), `must be one of ${models.join(", ")}`)
        .nullish(),
      systemPrompt: z.string().max(MAX_SYSTEM_PROMPT).nullish(),
      metadata: z
        .record(z.string(), z.json())
        .refine((metadata) => isRepeatable(metadata), `must hold ${MAX_METADATA} characters at most`)
        .optional(),
    }),
  }) as z.ZodType<ChatInput, ChatInput>;
}

function lengthOf(turns: readonly Turn[]): number {
  return turns.reduce((sum, { content }) => sum + content.length, 0);
}

/** The user context of whoever connected: the claim `name` of an authorizer's principal is told to the model. */
function aboutUser(principal: Principal | undefined): string {
  const name = principal?.claims?.["name"];
  return typeof name === "string" && name.trim() !== "" ? `The user's name is ${name.trim().slice(0, 200)}.` : "";
}
