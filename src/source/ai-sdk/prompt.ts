import { jsonSchema, type ModelMessage as SdkMessage, type ToolChoice, type ToolSet, tool } from "ai";
import type { ContentPart, ModelMessage, ModelRequest, ToolResultPart } from "../../source.ts";
import { checkRequest, partsOf } from "../upstream/check-request.ts";

/** What `streamText` takes of a request. */
export interface StreamTextPrompt {
  readonly messages: SdkMessage[];
  readonly instructions?: string;
  readonly tools?: ToolSet;
  readonly toolChoice?: ToolChoice<ToolSet>;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
}

type UserPart = Exclude<Extract<SdkMessage, { role: "user" }>["content"], string>[number];
type AssistantPart = Exclude<Extract<SdkMessage, { role: "assistant" }>["content"], string>[number];
type ToolPart = Extract<SdkMessage, { role: "tool" }>["content"][number];

/** Brings a request to the SDK's form; throws `bad_request` (M8). */
export function promptOf(request: ModelRequest): StreamTextPrompt {
  checkRequest(request);
  const { system, tools = [], toolChoice = "auto", maxTokens, temperature } = request;
  const names = toolNames(request.messages);
  return {
    messages: request.messages.flatMap((message) => messagesOf(message, names)),
    ...(system !== undefined && system !== "" && { instructions: system }),
    ...(tools.length > 0 && { tools: Object.fromEntries(tools.map(toolOf)), toolChoice: choiceOf(toolChoice) }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
  };
}

/** A tool's result stands in a message of its own there, before what the user says. */
function messagesOf(message: ModelMessage, names: ReadonlyMap<string, string>): SdkMessage[] {
  const parts = partsOf(message);
  if (message.role === "assistant") return [{ role: "assistant", content: parts.flatMap(assistantPart) }];
  const results = parts.flatMap((part) => (part.type === "tool-result" ? resultOf(part, names) : []));
  const said = parts.flatMap(userPart);
  return [
    ...(results.length > 0 ? [{ role: "tool" as const, content: results }] : []),
    ...(said.length > 0 ? [{ role: "user" as const, content: said }] : []),
  ];
}

function userPart(part: ContentPart): UserPart[] {
  if (part.type === "text") return [{ type: "text", text: part.text }];
  return part.type === "image" ? [{ type: "file", mediaType: part.mediaType, data: part.bytes }] : [];
}

function assistantPart(part: ContentPart): AssistantPart[] {
  if (part.type === "text") return [{ type: "text", text: part.text }];
  if (part.type !== "tool-call") return [];
  return [{ type: "tool-call", toolCallId: part.id, toolName: part.name, input: part.input }];
}

/** A result must name its tool again. */
function resultOf({ id, output, error }: ToolResultPart, names: ReadonlyMap<string, string>): ToolPart {
  const result = { type: "tool-result" as const, toolCallId: id, toolName: names.get(id) ?? id };
  if (error !== undefined) return { ...result, output: { type: "error-text", value: error } };
  if (output === undefined || typeof output === "string") {
    return { ...result, output: { type: "text", value: output ?? "" } };
  }
  // The SDK's JSON type differs from ours in being mutable only.
  return { ...result, output: { type: "json", value: output as never } };
}

function toolNames(messages: readonly ModelMessage[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap(partsOf).flatMap((part) => (part.type === "tool-call" ? [part] : []));
  return new Map(calls.map(({ id, name }) => [id, name]));
}

/** Without an `execute` the SDK runs nothing (M9). */
function toolOf({
  name,
  description,
  inputSchema,
}: NonNullable<ModelRequest["tools"]>[number]): [string, ToolSet[string]] {
  return [name, tool({ description, inputSchema: jsonSchema(inputSchema as Parameters<typeof jsonSchema>[0]) })];
}

function choiceOf(choice: NonNullable<ModelRequest["toolChoice"]>): ToolChoice<ToolSet> {
  if (typeof choice === "object") return { type: "tool", toolName: choice.name };
  return choice === "any" ? "required" : "auto";
}
