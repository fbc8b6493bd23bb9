import { isJsonObject, type Json, type JsonObject } from "../../protocol/json.ts";
import { checkAlternation, checkConversation } from "./conversation.ts";
import { invalid } from "./errors.ts";
import { bytesOf, filledTextOf, listOf, numberOf, objectOf, objectsOf, textOf, tokenLimitOf } from "./fields.ts";
import type { ContentBlock, InferenceConfig, Media, Prompt, PromptTool, ToolResult } from "./stand-in.ts";

/** Reads the body of Converse and ConverseStream; throws ValidationException. */
export function readConverse(modelId: string, body: JsonObject): Prompt {
  const messages = objectsOf(body["messages"], "messages").map((message, index) => ({
    role: roleOf(message["role"], `messages.${index}.role`),
    content: contentOf(message["content"], `messages.${index}.content`),
  }));
  checkConversation(messages);
  checkAlternation(messages);
  const system = objectsOf(body["system"], "system").flatMap((block, index) =>
    block["text"] === undefined ? [] : filledTextOf(block["text"], `system.${index}.text`),
  );
  const toolConfig = body["toolConfig"] === undefined ? undefined : objectOf(body["toolConfig"], "toolConfig");
  const usesTools = messages.some(({ content }) => content.some((block) => block.toolUse ?? block.toolResult));
  if (usesTools && toolConfig === undefined) throw invalid("toolConfig must be set where the messages use tools.");
  const toolChoice = toolChoiceOf(toolConfig?.["toolChoice"]);
  return {
    modelId,
    system: system.join("\n"),
    messages,
    tools: objectsOf(toolConfig?.["tools"], "toolConfig.tools").flatMap(toolOf),
    ...(toolChoice !== undefined && { toolChoice }),
    inferenceConfig: inferenceOf(objectOf(body["inferenceConfig"] ?? {}, "inferenceConfig")),
  };
}

/** Who speaks; the same two words in both forms of request. */
export function roleOf(value: Json | undefined, where: string): "user" | "assistant" {
  if (value !== "user" && value !== "assistant") throw invalid(`${where} must be user or assistant.`);
  return value;
}

/** Kinds that a stand-in has no use for (cachePoint, guardContent …) are left out. */
function contentOf(value: Json | undefined, where: string): ContentBlock[] {
  return objectsOf(value, where).flatMap((block, index) => blockOf(block, `${where}.${index}`));
}

function blockOf(block: JsonObject, where: string): ContentBlock[] {
  if (block["text"] !== undefined) return [{ text: filledTextOf(block["text"], `${where}.text`) }];
  if (block["image"] !== undefined) return [{ image: mediaOf(block["image"], `${where}.image`) }];
  if (block["document"] !== undefined) return [{ document: mediaOf(block["document"], `${where}.document`) }];
  if (block["toolUse"] !== undefined) {
    const use = objectOf(block["toolUse"], `${where}.toolUse`);
    const toolUseId = textOf(use["toolUseId"], `${where}.toolUse.toolUseId`);
    return [{ toolUse: { toolUseId, name: textOf(use["name"], `${where}.toolUse.name`), input: use["input"] ?? {} } }];
  }
  if (block["toolResult"] !== undefined)
    return [{ toolResult: toolResultOf(block["toolResult"], `${where}.toolResult`) }];
  const reasoning = isJsonObject(block["reasoningContent"]) ? block["reasoningContent"]["reasoningText"] : undefined;
  return isJsonObject(reasoning) ? [{ reasoning: textOf(reasoning["text"], `${where}.reasoningText.text`) }] : [];
}

function mediaOf(value: Json, where: string): Media {
  const media = objectOf(value, where);
  const source = objectOf(media["source"], `${where}.source`);
  return {
    format: textOf(media["format"], `${where}.format`),
    ...(media["name"] !== undefined && { name: textOf(media["name"], `${where}.name`) }),
    bytes: bytesOf(source["bytes"], `${where}.source.bytes`),
  };
}

function toolResultOf(value: Json, where: string): ToolResult {
  const result = objectOf(value, where);
  return {
    toolUseId: textOf(result["toolUseId"], `${where}.toolUseId`),
    status: result["status"] === "error" ? "error" : "success",
    content: objectsOf(result["content"], `${where}.content`).map((block, index) => ({
      ...(block["text"] !== undefined && { text: textOf(block["text"], `${where}.content.${index}.text`) }),
      ...(block["json"] !== undefined && { json: block["json"] }),
      ...(block["image"] !== undefined && { image: mediaOf(block["image"], `${where}.content.${index}.image`) }),
    })),
  };
}

function toolOf(tool: JsonObject, index: number): PromptTool[] {
  if (tool["toolSpec"] === undefined) return [];
  const where = `toolConfig.tools.${index}.toolSpec`;
  const spec = objectOf(tool["toolSpec"], where);
  const schema = objectOf(spec["inputSchema"], `${where}.inputSchema`);
  return [
    {
      name: textOf(spec["name"], `${where}.name`),
      description: textOf(spec["description"] ?? "", `${where}.description`),
      inputSchema: objectOf(schema["json"], `${where}.inputSchema.json`),
    },
  ];
}

function toolChoiceOf(value: Json | undefined): Prompt["toolChoice"] {
  if (!isJsonObject(value)) return undefined;
  if (value["any"] !== undefined) return { any: true };
  if (!isJsonObject(value["tool"])) return undefined;
  return { name: textOf(value["tool"]["name"], "toolConfig.toolChoice.tool.name") };
}

function inferenceOf(config: JsonObject): InferenceConfig {
  const { maxTokens, temperature, topP, stopSequences } = config;
  return {
    ...(maxTokens !== undefined && { maxTokens: tokenLimitOf(maxTokens, "inferenceConfig.maxTokens") }),
    ...(temperature !== undefined && { temperature: numberOf(temperature, "inferenceConfig.temperature", 0, 1) }),
    ...(topP !== undefined && { topP: numberOf(topP, "inferenceConfig.topP", 0, 1) }),
    ...(stopSequences !== undefined && {
      stopSequences: listOf(stopSequences, "inferenceConfig.stopSequences").map((text, index) =>
        textOf(text, `inferenceConfig.stopSequences.${index}`),
      ),
    }),
  };
}
