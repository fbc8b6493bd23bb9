import type {
  ContentBlock,
  ImageFormat,
  ToolChoice,
  ToolConfiguration,
  ToolResultContentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import { SluiceError } from "../../protocol/errors.ts";
import { isJsonObject } from "../../protocol/json.ts";
import type { ContentPart, ModelRequest, ToolResultPart } from "../../source.ts";
import { checkRequest, partsOf } from "../upstream/check-request.ts";
import type { ConverseInput } from "./converse-call.ts";

/** The SDK's type of free JSON. */
type Document = NonNullable<NonNullable<ContentBlock["toolUse"]>["input"]>;

/** Brings a request to ConverseStream's form over the fields of `base`; throws `bad_request` (M8). */
export function converseInput(request: ModelRequest, base: Partial<ConverseInput>, modelId: string): ConverseInput {
  checkRequest(request);
  const { maxTokens, temperature, system } = request;
  const toolConfig = toolConfigOf(request) ?? base.toolConfig;
  const usesTools = request.messages.some((message) => partsOf(message).some(({ type }) => type.startsWith("tool-")));
  if (usesTools && toolConfig === undefined) {
    throw new SluiceError("bad_request", "Messages that hold tool calls need the tools that were called.");
  }
  return {
    ...base,
    modelId: request.modelId ?? modelId,
    messages: request.messages.map((message) => ({ role: message.role, content: partsOf(message).map(blockOf) })),
    ...(system !== undefined && system !== "" && { system: [{ text: system }] }),
    ...(toolConfig !== undefined && { toolConfig }),
    inferenceConfig: {
      ...base.inferenceConfig,
      ...(maxTokens !== undefined && { maxTokens }),
      ...(temperature !== undefined && { temperature }),
    },
  };
}

/** The SDK encodes bytes itself. */
function blockOf(part: ContentPart): ContentBlock {
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "image":
      return {
        image: { format: part.mediaType.slice("image/".length) as ImageFormat, source: { bytes: part.bytes } },
      };
    case "tool-call":
      return { toolUse: { toolUseId: part.id, name: part.name, input: part.input as Document } };
    case "tool-result":
      return {
        toolResult: {
          toolUseId: part.id,
          status: part.error === undefined ? "success" : "error",
          content: resultOf(part),
        },
      };
  }
}

/** `json` takes objects only (API reference, "ToolResultContentBlock"); any other value goes as text. */
function resultOf({ output, error }: ToolResultPart): ToolResultContentBlock[] {
  const value = error ?? output;
  if (value === undefined || value === "") return [];
  if (typeof value === "string") return [{ text: value }];
  return [isJsonObject(value) ? { json: value as Document } : { text: JSON.stringify(value) }];
}

/** ConverseStream takes no empty list of tools. */
function toolConfigOf({ tools = [], toolChoice }: ModelRequest): ToolConfiguration | undefined {
  if (tools.length === 0) return undefined;
  return {
    tools: tools.map(({ name, description, inputSchema }) => ({
      // An empty description is refused.
      toolSpec: { name, ...(description !== "" && { description }), inputSchema: { json: inputSchema as Document } },
    })),
    ...(toolChoice !== undefined && { toolChoice: choiceOf(toolChoice) }),
  };
}

function choiceOf(choice: NonNullable<ModelRequest["toolChoice"]>): ToolChoice {
  if (typeof choice === "object") return { tool: { name: choice.name } };
  return choice === "any" ? { any: {} } : { auto: {} };
}
