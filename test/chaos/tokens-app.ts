import { setTimeout as pause } from "node:timers/promises";
import { type Dialect, type Gateway, type Route, type SoFar, gateway, route, textDelta } from "sluice";
import { z } from "zod";
import { numberedToken } from "../../src/testing/numbered-tokens.ts";

const dialect: Dialect = {
  name: "chaos",
  encode(_start, event) {
    switch (event.type) {
      case "text-delta":
        return { type: "chunk", content: event.text };
      case "complete":
        return { type: "complete", content: event.text };
      case "error":
        return { type: "error", code: event.code };
      default:
        return undefined;
    }
  },
  error: ({ code, message }) => ({ type: "error", code, message }),
};

const input = z.object({ count: z.int().min(1).max(100_000), everyMs: z.number().min(1).max(1000) });

export interface TokensInput {
  readonly count: number;
  /** From one token to the next, milliseconds. */
  readonly everyMs: number;
}

function tokens(onCrash: "fail" | "continue"): Route<TokensInput, { count: number }> {
  return route({
    input,
    onCrash,
    retentionMs: 120_000,
    async *run({ input: { count, everyMs }, soFar, signal }) {
      for (let number = numberAfter(soFar); number < count; number += 1) {
        yield textDelta(numberedToken(number));
        await pause(everyMs, undefined, { signal });
      }
      return { count };
    },
  });
}

/** The number of the first token that the dead run had not written. */
function numberAfter(soFar: SoFar | undefined): number {
  return soFar?.text.match(/\d+(?=\|)/g)?.length ?? 0;
}

/** Numbered tokens by routes whose runs end with their node (`ends`), or go on in another (`goes`). */
export const app: Gateway = gateway({ routes: { ends: tokens("fail"), goes: tokens("continue") }, dialect });
