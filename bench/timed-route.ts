import { setTimeout as pause } from "node:timers/promises";
import { type Route, route, textDelta } from "sluice";
import { z } from "zod";
import { chunkText } from "./job.ts";
import { microseconds } from "./microseconds.ts";

/** Tokens that say when they were made. */
export const timed: Route<{ count: number; everyMs: number }, void> = route({
  input: z.object({ count: z.int(), everyMs: z.number() }),
  async *run({ input: { count, everyMs }, signal }) {
    const begun = performance.now();
    for (let number = 0; number < count; number += 1) {
      yield textDelta(chunkText(microseconds()));
      await pause(Math.max(0, begun + (number + 1) * everyMs - performance.now()), undefined, { signal });
    }
  },
});
