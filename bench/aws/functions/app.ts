import { type Dialect, type Gateway, type Route, gateway, route } from "sluice";
import { z } from "zod";

/** Small frames, as an app's own dialect has them. */
const dialect: Dialect = {
  name: "bench",
  encode(_start, event) {
    if (event.type === "text-delta") return { type: "stream_chunk", content: event.text };
    if (event.type === "complete") return { type: "stream_complete" };
    return event.type === "error" ? { type: "error", message: event.message } : undefined;
  },
  error: ({ message }) => ({ type: "error", message }),
};

const ask: Route<{ prompt: string }, Record<string, never>> = route({
  input: z.object({ prompt: z.string() }),
  async *run({ input: { prompt }, source, signal }) {
    yield* source.stream({ messages: [{ role: "user", content: prompt }], signal });
    return {};
  },
});

/** A system that does nothing but ask its model. */
export const bench: Gateway = gateway({ routes: { ask }, dialect });
