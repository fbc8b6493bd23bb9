import { type ServeOptions, type Server, serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { readEnvironment } from "../../apps/environment.ts";
import { gatewaysFor } from "../../apps/index.ts";
import { llmModels } from "../../apps/llm/models.ts";

/** Serves every system with these pages, as `npm start` does with a stand-in for the model; `more` is this server's own. */
export function serveSystems(
  pages: string,
  source: ServeOptions["source"],
  more: Partial<ServeOptions> = {},
): Promise<Server> {
  const settings = readEnvironment({});
  return serve(gatewaysFor(settings), {
    store: memory(),
    source,
    port: 0,
    pages,
    signals: false,
    features: { standIn: true, llmModels: llmModels(settings) },
    ...more,
  });
}
