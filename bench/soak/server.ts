/** The server under the soak, a process of its own: Sluice on SQLite, with the proof app and a route of timed tokens. */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Limits, gateway, route, textDelta } from "sluice";
import { serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { sqlite } from "sluice/store/sqlite";
import { z } from "zod";
import { proof } from "../../test/end-to-end/support/proof-app.ts";
import { chunkText } from "../job.ts";
import { microseconds } from "../microseconds.ts";
import { type Question, Sampler } from "./sample.ts";

const [folder, limits] = process.argv.slice(2).map((text) => JSON.parse(text) as unknown) as [string, Partial<Limits>];
const path = join(folder, "soak.db");

/** Tokens that say when they were made. */
const timed = route({
  input: z.object({ count: z.int(), everyMs: z.number() }),
  async *run({ input: { count, everyMs }, signal }) {
    const begun = performance.now();
    for (let number = 0; number < count; number += 1) {
      yield textDelta(chunkText(microseconds()));
      await pause(Math.max(0, begun + (number + 1) * everyMs - performance.now()), undefined, { signal });
    }
  },
});

const server = await serve(
  { proof: gateway({ ...proof, routes: { ...proof.routes, timed } }) },
  { store: sqlite(path, { durability: "process" }), source: iterable(() => []), port: 0, signals: false, limits },
);
const sampler = new Sampler(server, path);
process.on("message", (question: Question) => process.send!(sampler.take(question)));
process.on("disconnect", () => void server.close().then(() => process.exit()));
process.send!(server.port);
