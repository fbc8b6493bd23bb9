/** The server under the soak, a process of its own: Sluice on SQLite, with the proof app and a route of timed tokens. */
import { join } from "node:path";
import { type Limits, gateway } from "sluice";
import { serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { sqlite } from "sluice/store/sqlite";
import { proof } from "../../test/end-to-end/support/proof-app.ts";
import { timed } from "../timed-route.ts";
import { type Question, Sampler } from "./sample.ts";

const [folder, limits] = process.argv.slice(2).map((text) => JSON.parse(text) as unknown) as [string, Partial<Limits>];
const path = join(folder, "soak.db");

const server = await serve(
  { proof: gateway({ ...proof, routes: { ...proof.routes, timed } }) },
  { store: sqlite(path, { durability: "process" }), source: iterable(() => []), port: 0, signals: false, limits },
);
const sampler = new Sampler(server, path);
process.on("message", (question: Question) => process.send!(sampler.take(question)));
process.on("disconnect", () => void server.close().then(() => process.exit()));
process.send!(server.port);
