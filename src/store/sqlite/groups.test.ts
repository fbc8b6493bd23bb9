import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { delta, newStream, START } from "../../testing/conformance/store/fixture.ts";
import { openEngines, type Engines } from "./engines.ts";
import { Groups } from "./groups.ts";
import type { Answer, Call } from "./thread.ts";

let folder: string;
let engines: Engines;
let groups: Groups;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-groups-"));
  engines = openEngines(join(folder, "test.db"), "disk");
  groups = new Groups(engines);
});
afterEach(async () => {
  engines.database.close();
  await rm(folder, { recursive: true, force: true });
});

/** Does these calls as one group; answers in the order of the calls. */
function run(...calls: readonly [engine: Call["engine"], method: string, ...given: unknown[]][]): readonly Answer[] {
  const group = calls.map(([engine, method, ...given], id) => ({ id, engine, method, given }));
  return [...groups.run(group)].sort((left, right) => left.id - right.id);
}

it("S1: where a later call fails the group, what an earlier one did is neither in the file nor in memory", () => {
  const [first, second, third] = [newStream(), newStream(), newStream()];
  run(["store", "open", first, START]);
  const append = { streamId: first.streamId, epoch: 1, seq: 1, at: 1, events: [delta("a")] };
  const big = `{"type":"start","echo":"${"z".repeat(500_000)}"}`;
  const { page_count: pages } = engines.database.prepare("PRAGMA page_count").get() as { page_count: number };
  // Room for what the earlier calls write, and not for the last one.
  engines.database.exec(`PRAGMA max_page_count = ${pages + 10}`);
  const key = { collection: "cards", owner: "ann", id: "1" };
  const answers = run(
    ["store", "append", [append]],
    ["store", "open", second, START],
    ["store", "takeover", first.streamId, 1],
    ["store", "requestCancel", first.streamId],
    ["records", "put", key, {}, { now: 1 }],
    ["store", "open", third, big],
    ["store", "head", first.streamId],
    ["store", "head", second.streamId],
    ["records", "get", key],
  );
  expect(answers[0]!.value).toMatchObject([{ outcome: "failed", error: { message: expect.stringMatching(/full/) } }]);
  for (const answer of answers.slice(1, 6)) expect(answer.error?.message).toMatch(/database or disk is full/);
  expect(answers[6]!.value).toMatchObject({ seq: 0, epochs: [0], cancelRequested: false });
  expect([answers[7]!.value, answers[8]!.value]).toEqual([undefined, undefined]);
  groups.tidy();

  engines.database.exec("PRAGMA max_page_count = 1000000");
  const again = run(["store", "append", [append]], ["store", "open", second, START], ["store", "open", third, big]);
  expect(again[0]!.value).toEqual([{ outcome: "stored", cancel: false }]);
  expect(again.slice(1).map(({ value }) => (value as { created: boolean }).created)).toEqual([true, true]);
  expect(engines.store.abandoned()).toEqual([]);
});

it("S1: where an append fails the group, the calls behind it leave nothing either", () => {
  const [first, second] = [newStream(), newStream()];
  run(["store", "open", first, START]);
  const { page_count: pages } = engines.database.prepare("PRAGMA page_count").get() as { page_count: number };
  engines.database.exec(`PRAGMA max_page_count = ${pages + 10}`);
  const append = { streamId: first.streamId, epoch: 1, seq: 1, at: 1, events: [delta("z".repeat(500_000))] };
  const answers = run(["store", "append", [append]], ["store", "open", second, START]);
  expect(answers[0]!.value).toMatchObject([{ outcome: "failed" }]);
  expect(answers[1]!.error?.message).toMatch(/database or disk is full/);
  expect(engines.store.head(second.streamId)).toBeUndefined();
  expect(engines.store.head(first.streamId)?.seq).toBe(0);
});

it("S2: reads of a group see its writes, and one request opened twice in it is one stream", () => {
  const stream = newStream({ requestId: "r" });
  const again = newStream({ scope: stream.scope, requestId: "r" });
  const answers = run(
    ["store", "find", stream.scope, "r"],
    ["store", "open", stream, START],
    ["store", "open", again, START],
  );
  expect(answers[0]!.value).toMatchObject({ streamId: stream.streamId });
  expect(answers.slice(1).map(({ value }) => (value as { created: boolean }).created)).toEqual([true, false]);
});
