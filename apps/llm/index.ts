import { type Gateway, type Route, gateway } from "sluice";
import { type ChatAnswer, type ChatInput, type ChatOptions, chatRoute } from "./chat.ts";
import { llmDialect } from "./dialect.ts";

/** A gateway to language models: `llm/chat` gives an answer whole, `llm/stream` as it is written. */
export function llm(options: ChatOptions): Gateway<{
  "llm/chat": Route<ChatInput, ChatAnswer>;
  "llm/stream": Route<ChatInput, ChatAnswer>;
}> {
  const chat = chatRoute(options);
  return gateway({ routes: { "llm/chat": chat, "llm/stream": chat }, dialect: llmDialect });
}
