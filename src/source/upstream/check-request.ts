import { SluiceError } from "../../protocol/errors.ts";
import type { ContentPart, ModelMessage, ModelRequest } from "../../source.ts";

const IMAGE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Checks what holds for every provider (M8); throws `bad_request`. */
export function checkRequest({ messages, tools = [], toolChoice = "auto" }: ModelRequest): void {
  messages.forEach((message, index) => checkMessage(message, messages[index - 1]));
  if (toolChoice !== "auto" && tools.length === 0) throw refused("A tool must be called, but there is none.");
  if (typeof toolChoice === "object" && !tools.some(({ name }) => name === toolChoice.name)) {
    throw refused(`The tool "${toolChoice.name}" must be called, but it is not among the tools.`);
  }
}

/** The parts of a turn; words alone are one. */
export function partsOf({ content }: ModelMessage): readonly ContentPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function checkMessage(message: ModelMessage, before: ModelMessage | undefined): void {
  const parts = partsOf(message);
  if (parts.length === 0) throw refused("A message must not be empty.");
  const asked =
    before === undefined ? [] : partsOf(before).flatMap((part) => (part.type === "tool-call" ? part.id : []));
  for (const part of parts) {
    switch (part.type) {
      case "text":
        break;
      case "image":
        if (message.role !== "user") throw refused("An image belongs in a user's turn.");
        if (!IMAGE_TYPES.includes(part.mediaType)) throw refused("An image must be PNG, JPEG, GIF or WebP.");
        if (part.bytes.length === 0) throw refused("An image must not be empty.");
        break;
      case "tool-call":
        if (message.role !== "assistant") throw refused("A tool call belongs in an assistant's turn.");
        break;
      case "tool-result":
        if (message.role !== "user") throw refused("A tool result belongs in a user's turn.");
        if (!asked.includes(part.id)) throw refused(`The tool result "${part.id}" answers no call of the turn before.`);
        break;
      default:
        throw refused(`A message has a part of an unknown kind: "${String((part as { type: unknown }).type)}".`);
    }
  }
}

function refused(message: string): SluiceError {
  return new SluiceError("bad_request", message);
}
