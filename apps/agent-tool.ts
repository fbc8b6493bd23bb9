import { type Tool, tool } from "@strands-agents/sdk";
import { type JsonObject, type Logger, toSluiceError } from "sluice";
import type { z } from "zod";

interface ToolOptions<Schema extends z.ZodType> {
  readonly name: string;
  readonly description: string;
  readonly input: Schema;
  readonly use: (input: z.infer<Schema>) => JsonObject | Promise<JsonObject>;
}

/** A tool of an agent. The model and the viewers see why it failed, but nothing of what is behind. */
export function makeTool<Schema extends z.ZodType>(
  { log }: { readonly log: Logger },
  options: ToolOptions<Schema>,
): Tool {
  const { name, description, input, use } = options;
  return tool({
    name,
    description,
    inputSchema: input,
    callback: async (given: z.infer<Schema>) => {
      try {
        // JSON alone leaves a tool: what is undefined in the object goes.
        return JSON.parse(JSON.stringify(await use(given))) as never;
      } catch (thrown) {
        const error = toSluiceError(thrown);
        log.warn({ err: thrown, tool: name, code: error.code }, "a tool failed");
        throw error;
      }
    },
  });
}
