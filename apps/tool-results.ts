import type { PromptMessage, ToolResult } from "sluice/emulator/bedrock";
import { type Json, isJsonObject } from "sluice/protocol";

/** A tool's result as JSON, whichever way it came; undefined where it is none. */
export function valueOf({ content }: ToolResult): Json | undefined {
  const json = content.find((part) => part.json !== undefined)?.json;
  if (json !== undefined) return json;
  try {
    return JSON.parse(content.map(({ text }) => text ?? "").join("")) as Json;
  } catch {
    return undefined;
  }
}

/** Why a tool failed, in its own words; undefined where it had none. */
export function reasonOf(result: ToolResult): string | undefined {
  const value = valueOf(result);
  const text = isJsonObject(value) ? value["error"] : (value ?? result.content.map(({ text }) => text ?? "").join(" "));
  const reason = String(text ?? "").replace(/^Error:\s*/, "");
  return reason === "" ? undefined : reason;
}

/** The text of a message; empty where there is no message. */
export function textOf(message: PromptMessage | undefined): string {
  return (message?.content ?? []).flatMap(({ text }) => text ?? []).join("\n");
}
