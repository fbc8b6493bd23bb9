import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { type Dialect, type Gateway, type JsonObject, gateway, route, textDelta } from "sluice";
import { z } from "zod";
import { numberedToken } from "../../src/testing/numbered-tokens.ts";

/** Repeats a part of the request on each frame, as some systems' dialects do. */
const dialect: Dialect = {
  name: "fuzz",
  echo: (input) => ({ label: (input as { label?: string }).label ?? "" }),
  encode({ echo }, event) {
    switch (event.type) {
      case "text-delta":
        return { type: "chunk", content: event.text, ...echo };
      case "complete":
        return { type: "complete", content: event.text, ...(event.result !== undefined && { result: event.result }) };
      case "error":
        return { type: "error", code: event.code, message: event.message };
      default:
        return undefined;
    }
  },
  error: ({ code, message }) => ({ type: "error", code, message }),
};

const tokens = route({
  input: z.object({
    count: z.int().min(0).max(500),
    everyMs: z.number().min(0).max(50).optional(),
    padding: z.int().min(0).max(2000).optional(),
    label: z.string().max(200).optional(),
  }),
  async *run({ input: { count, everyMs = 0, padding = 0 }, signal }) {
    for (let number = 0; number < count; number += 1) {
      yield textDelta(numberedToken(number, padding));
      if (everyMs > 0) await pause(everyMs, undefined, { signal });
      else if (number % 20 === 0) await turn();
    }
    return { count };
  },
});

/** Takes anything and gives it back. */
const mirror = route({
  input: z.looseObject({}),
  async *run({ input }) {
    yield textDelta("seen");
    return input as JsonObject;
  },
});

/** A system that a client can be as rude to as it likes. */
export const fuzzed: Gateway = gateway({
  routes: { tokens, mirror },
  dialect,
  endpoints: [
    {
      method: "PUT",
      path: "/projects/:projectId/note",
      handle: async ({ params, body, records }) => {
        await records.put("notes", params["projectId"]!.slice(0, 100), body);
        return { status: 200, body };
      },
    },
    {
      method: "GET",
      path: "/projects/:projectId/note",
      handle: async ({ params, records }) => {
        const note = await records.get("notes", params["projectId"]!.slice(0, 100));
        return note === undefined
          ? { status: 404, body: { type: "error", code: "not_found" } }
          : { status: 200, body: note.value };
      },
    },
  ],
});
