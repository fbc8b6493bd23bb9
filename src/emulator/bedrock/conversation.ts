import { invalid } from "./errors.ts";
import type { PromptMessage } from "./stand-in.ts";

/** Checks what Bedrock asks of every conversation, whatever its form. */
export function checkConversation(messages: readonly PromptMessage[]): void {
  if (messages.length === 0) throw invalid("messages must not be empty.");
  if (messages[0]!.role !== "user") throw invalid("The conversation must start with a user message.");
  let asked: readonly string[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.content.length === 0) throw invalid(`messages.${index}.content must not be empty.`);
    const results = message.content.flatMap(({ toolResult }) => toolResult?.toolUseId ?? []);
    const stray = results.find((id) => !asked.includes(id));
    if (stray !== undefined) {
      throw invalid(`messages.${index}: the toolResult ${stray} answers no toolUse of the message before.`);
    }
    const missing = asked.filter((id) => !results.includes(id));
    if (missing.length > 0) throw invalid(`messages.${index}: toolResult is missing for ${missing.join(", ")}.`);
    asked = message.content.flatMap(({ toolUse }) => toolUse?.toolUseId ?? []);
  }
}

/** Converse takes no two messages in a row of the same role. */
export function checkAlternation(messages: readonly PromptMessage[]): void {
  const twice = messages.findIndex(({ role }, index) => role === messages[index - 1]?.role);
  if (twice > 0) throw invalid(`messages.${twice}: the roles user and assistant must alternate.`);
}
