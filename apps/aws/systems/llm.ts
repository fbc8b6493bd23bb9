import type { Gateway } from "sluice";
import type { Settings } from "../../environment.ts";
import { llm } from "../../llm/index.ts";
import { llmModels } from "../../llm/models.ts";

export function gatewaysFor(settings: Settings): Readonly<Record<string, Gateway>> {
  return { llm: llm({ models: llmModels(settings) }) };
}
