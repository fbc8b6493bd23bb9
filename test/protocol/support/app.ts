import { type Gateway, type Route, gateway, route, status } from "sluice";
import { type Server, serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { z } from "zod";
import { readEnvironment } from "../../../apps/environment.ts";
import { gatewaysFor } from "../../../apps/index.ts";
import { cardEndpoints } from "../../../apps/titles/cards.ts";
import { titlesDialect } from "../../../apps/titles/dialect.ts";
import type { Model } from "./model.ts";

const input = z.object({
  projectId: z.string().min(1),
  userInput: z.string().min(1),
  chat_history: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.string() })).optional(),
});

/** A title generator that asks for little: the frames of titles around whatever the model says. */
const stream: Route<z.input<typeof input>, { titles: string[] }> = route({
  input,
  async *run({ input: { userInput }, source, signal }) {
    yield status("Analyzing prompt cards...", 0.1);
    const { text } = yield* source.stream({ messages: [{ role: "user", content: userInput }], signal });
    return { titles: Array.from(text.matchAll(/^\d+\. (.+)$/gm), ([, title]) => title!) };
  },
});

const titles: Gateway = gateway({ routes: { stream }, dialect: titlesDialect, endpoints: cardEndpoints });

/** The systems that vectors are played against: as they are, but for titles. */
const systems: Readonly<Record<string, Gateway>> = { ...gatewaysFor(readEnvironment({})), titles };

/** Serves one of them on a free port. */
export function serveApp(name: string, model: Model): Promise<Server> {
  const gateways = { [name]: systems[name]! };
  return serve(gateways, { store: memory(), source: model.source, port: 0, signals: false, limits: { graceMs: 0 } });
}
