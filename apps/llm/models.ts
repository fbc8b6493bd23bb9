import type { Settings } from "../environment.ts";
import { llmStandIns } from "./offline.ts";

/** The models that clients of the LLM gateway may choose from; the configured one first. */
export function llmModels({ model, llmModels: further }: Pick<Settings, "model" | "llmModels">): [string, ...string[]] {
  const [first, ...others] = model.kind === "offline" ? Object.keys(llmStandIns) : [model.modelId, ...further];
  return [first!, ...others];
}
