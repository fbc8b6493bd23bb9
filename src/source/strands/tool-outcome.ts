import type { ToolResultBlock } from "@strands-agents/sdk";
import type { Json } from "../../protocol/json.ts";

/** What came of a tool: `error` where it failed. Undefined where the result holds something that JSON cannot carry. */
export function toolOutcome(result: ToolResultBlock): { output: Json } | { error: string } | undefined {
  const parts: Json[] = [];
  for (const block of result.content) {
    if (block.type === "textBlock") parts.push(block.text);
    else if (block.type === "jsonBlock") parts.push(block.json as Json);
    else return undefined;
  }
  if (result.status === "error") return { error: textOf(parts) };
  return { output: parts.length === 1 ? parts[0]! : parts };
}

function textOf(parts: readonly Json[]): string {
  const texts = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
  // The SDK writes "Error: " before what a tool has thrown.
  return texts.join("\n").replace(/^Error: /, "") || "The tool failed.";
}
