import type { ContentBlock, Message, StreamOptions, SystemPrompt } from "@strands-agents/sdk";
import { SluiceError } from "../../protocol/errors.ts";
import type { Json, JsonObject } from "../../protocol/json.ts";
import type { ContentPart, ImageMediaType, ModelMessage, ModelRequest, ToolSpec } from "../../source.ts";
import { toolOutcome } from "./tool-outcome.ts";

type Asked = Omit<ModelRequest, "signal">;

const IMAGE_TYPES: Readonly<Record<string, ImageMediaType>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
};

/** What an agent asks, as a source takes it. A block that no source can carry is `bad_request` (M8). */
export function modelRequest(messages: readonly Message[], options: StreamOptions): Asked {
  const { systemPrompt, toolSpecs, toolChoice } = options;
  const system = systemPrompt === undefined ? "" : systemText(systemPrompt);
  const tools = (toolSpecs ?? []).map(toolSpec);
  return {
    messages: messages.reduce(withMessage, []),
    ...(system !== "" && { system }),
    ...(tools.length > 0 && { tools }),
    ...(toolChoice !== undefined && { toolChoice: chosen(toolChoice) }),
  };
}

/** Reasoning and cache marks stay behind; a turn of which nothing is left goes, and neighbours of one role become one turn. */
function withMessage(turns: readonly ModelMessage[], { role, content }: Message): readonly ModelMessage[] {
  const parts = content.flatMap(partsOf);
  if (parts.length === 0) return turns;
  const last = turns.at(-1);
  if (last?.role !== role) return [...turns, { role, content: parts }];
  return [...turns.slice(0, -1), { role, content: [...(last.content as readonly ContentPart[]), ...parts] }];
}

function partsOf(block: ContentBlock): ContentPart[] {
  switch (block.type) {
    case "textBlock":
      return block.text === "" ? [] : [{ type: "text", text: block.text }];
    case "toolUseBlock":
      return [{ type: "tool-call", id: block.toolUseId, name: block.name, input: block.input as Json }];
    case "toolResultBlock": {
      const outcome = toolOutcome(block);
      if (outcome === undefined) throw refused("a tool result that is no text and no JSON");
      return [{ type: "tool-result", id: block.toolUseId, ...outcome }];
    }
    case "imageBlock": {
      const mediaType = IMAGE_TYPES[block.format];
      if (mediaType === undefined || block.source.type !== "imageSourceBytes") throw refused("this kind of image");
      return [{ type: "image", mediaType, bytes: block.source.bytes }];
    }
    case "reasoningBlock":
    case "cachePointBlock":
      return [];
    default:
      throw refused(`a ${block.type}`);
  }
}

function toolSpec({ name, description, inputSchema }: NonNullable<StreamOptions["toolSpecs"]>[number]): ToolSpec {
  return { name, description, inputSchema: (inputSchema ?? { type: "object", properties: {} }) as JsonObject };
}

function chosen(choice: NonNullable<StreamOptions["toolChoice"]>): NonNullable<ModelRequest["toolChoice"]> {
  if ("tool" in choice) return { name: choice.tool.name };
  return "any" in choice ? "any" : "auto";
}

function systemText(prompt: SystemPrompt): string {
  if (typeof prompt === "string") return prompt;
  return prompt.flatMap((block) => (block.type === "textBlock" ? block.text : [])).join("\n");
}

function refused(what: string): SluiceError {
  return new SluiceError("bad_request", `An agent cannot hand ${what} to its model.`);
}
