import { isJsonObject, type Json, type JsonObject } from "../../protocol/json.ts";
import { checkConversation } from "./conversation.ts";
import { roleOf } from "./converse-request.ts";
import { bytesOf, filledTextOf, listOf, numberOf, objectOf, objectsOf, textOf, tokenLimitOf } from "./fields.ts";
import type { ContentBlock, Media, Prompt } from "./stand-in.ts";

/** Reads the Anthropic Messages body that InvokeModel carries; throws ValidationException. */
export function readAnthropic(modelId: string, body: JsonObject): Prompt {
  textOf(body["anthropic_version"], "anthropic_version");
  const { temperature, top_p: topP, stop_sequences: stopSequences, system } = body;
  const messages = objectsOf(body["messages"], "messages").map((message, index) => ({
    role: roleOf(message["role"], `messages.${index}.role`),
    content: contentOf(message["content"], `messages.${index}.content`),
  }));
  checkConversation(messages);
  const toolChoice = toolChoiceOf(body["tool_choice"]);
  return {
    modelId,
    system: contentOf(system ?? [], "system")
      .flatMap(({ text }) => text ?? [])
      .join("\n"),
    messages,
    tools: objectsOf(body["tools"], "tools").map((tool, index) => ({
      name: textOf(tool["name"], `tools.${index}.name`),
      description: textOf(tool["description"] ?? "", `tools.${index}.description`),
      inputSchema: objectOf(tool["input_schema"], `tools.${index}.input_schema`),
    })),
    ...(toolChoice !== undefined && { toolChoice }),
    inferenceConfig: {
      maxTokens: tokenLimitOf(body["max_tokens"], "max_tokens"),
      ...(temperature !== undefined && { temperature: numberOf(temperature, "temperature", 0, 1) }),
      ...(topP !== undefined && { topP: numberOf(topP, "top_p", 0, 1) }),
      ...(stopSequences !== undefined && {
        stopSequences: listOf(stopSequences, "stop_sequences").map((text) => textOf(text, "stop_sequences")),
      }),
    },
  };
}

/** Content is a text or a list of blocks. */
function contentOf(value: Json | undefined, where: string): ContentBlock[] {
  if (typeof value === "string") return [{ text: filledTextOf(value, where) }];
  return objectsOf(value, where).flatMap((block, index) => blockOf(block, `${where}.${index}`));
}

function blockOf(block: JsonObject, where: string): ContentBlock[] {
  switch (block["type"]) {
    case "text":
      return [{ text: filledTextOf(block["text"], `${where}.text`) }];
    case "thinking":
      return [{ reasoning: textOf(block["thinking"], `${where}.thinking`) }];
    case "image":
      return [{ image: mediaOf(block["source"], `${where}.source`) }];
    case "document":
      return [{ document: mediaOf(block["source"], `${where}.source`) }];
    case "tool_use":
      return [
        {
          toolUse: {
            toolUseId: textOf(block["id"], `${where}.id`),
            name: textOf(block["name"], `${where}.name`),
            input: block["input"] ?? {},
          },
        },
      ];
    case "tool_result":
      return [
        {
          toolResult: {
            toolUseId: textOf(block["tool_use_id"], `${where}.tool_use_id`),
            status: block["is_error"] === true ? "error" : "success",
            content: contentOf(block["content"], `${where}.content`).map(({ text, image }) => ({
              ...(text !== undefined && { text }),
              ...(image !== undefined && { image }),
            })),
          },
        },
      ];
    default:
      return [];
  }
}

/** `media_type` is `image/png` and the like; Converse names only its second half. */
function mediaOf(value: Json | undefined, where: string): Media {
  const source = objectOf(value, where);
  const mediaType = textOf(source["media_type"], `${where}.media_type`);
  return { format: mediaType.slice(mediaType.indexOf("/") + 1), bytes: bytesOf(source["data"], `${where}.data`) };
}

function toolChoiceOf(value: Json | undefined): Prompt["toolChoice"] {
  if (!isJsonObject(value)) return undefined;
  if (value["type"] === "any") return { any: true };
  return value["type"] === "tool" ? { name: textOf(value["name"], "tool_choice.name") } : undefined;
}
