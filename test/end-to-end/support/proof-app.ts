import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { type Dialect, type Gateway, type Route, gateway, route, textDelta } from "sluice";
import { z } from "zod";
import { numberedToken } from "../../../src/testing/numbered-tokens.ts";

/** Frames with the words of the title generator, so that one client reads both. */
const dialect: Dialect = {
  name: "proof",
  encode(_start, event) {
    switch (event.type) {
      case "text-delta":
        return { type: "stream_chunk", content: event.text };
      case "complete":
        return { type: "stream_complete", fullContent: event.text, result: event.result };
      case "error":
        return { type: "error", code: event.code, message: event.message };
      default:
        return undefined;
    }
  },
  error: ({ code, message }) => ({ type: "error", code, message }),
};

interface TokensInput {
  /** How many numbered tokens. */
  readonly count: number;
  /** Tokens that come at once. */
  readonly burst?: number | undefined;
  /** Pause behind each burst, milliseconds; 0 is one turn of the event loop. */
  readonly everyMs?: number | undefined;
  /** Characters added to each token. */
  readonly padding?: number | undefined;
  /** Makes one request differ from another. */
  readonly label?: string | undefined;
}

/** Numbered tokens at a given pace, without a model. */
const tokens: Route<TokensInput, { count: number }> = route({
  input: z.object({
    count: z.int().min(0).max(1_000_000),
    burst: z.int().min(1).optional(),
    everyMs: z.number().min(0).optional(),
    padding: z.int().min(0).optional(),
    label: z.string().optional(),
  }),
  async *run({ input: { count, burst = 1, everyMs = 0, padding = 0 }, signal }) {
    for (let from = 0; from < count; from += burst) {
      const numbers = Array.from({ length: Math.min(burst, count - from) }, (_, index) => from + index);
      yield numbers.map((number) => textDelta(numberedToken(number, padding)));
      if (everyMs === 0) await turn();
      else await pause(everyMs, undefined, { signal });
    }
    return { count };
  },
});

/** The model's answer to a prompt. */
const ask: Route<{ prompt: string }, { length: number }> = route({
  input: z.object({ prompt: z.string().min(1) }),
  async *run({ input: { prompt }, source, signal }) {
    const answer = yield* source.stream({ messages: [{ role: "user", content: prompt }], signal });
    return { length: answer.text.length };
  },
});

/** The length of what was sent. */
const measure: Route<{ text: string }, { length: number }> = route({
  input: z.object({ text: z.string() }),
  async *run({ input: { text } }) {
    yield textDelta(String(text.length));
    return { length: text.length };
  },
});

/** A system whose answers a test can check byte for byte. */
export const proof: Gateway = gateway({ routes: { tokens, ask, measure }, dialect });
