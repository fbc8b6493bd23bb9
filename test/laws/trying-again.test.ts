import { expect, it } from "vitest";
import { gateway } from "../../src/gateway.ts";
import { goOn, plainDialect } from "../support/engine-fixture.ts";
import { LEASE_MS, startNodes } from "../support/nodes.ts";

const app = gateway({ routes: { go: goOn }, dialect: plainDialect });

it.each([
  [7, "goes on once more"],
  [8, "ends as interrupted, and no model is asked"],
])("law 5: a run that has outlived %i writers %s", async (writers) => {
  const { nodes, store, clock, settle } = await startNodes(2, app);
  const [first, second] = nodes;
  const asker = first!.connect({ session: "s" });
  asker.say({ action: "go" });
  (await first!.model.next()).push("a");
  await settle();
  const streamId = asker.transport.frames[0]!["streamId"] as string;
  first!.cut();
  for (let epoch = 1; epoch < writers; epoch += 1) await store.takeover(streamId, epoch, clock.now());
  const viewer = second!.connect({ session: "s" });
  viewer.say({ action: "resume", streamId });
  await clock.advance(LEASE_MS + LEASE_MS / 2);
  await settle();
  const { state, epochs } = (await store.head(streamId))!;
  expect([state, epochs.length]).toEqual([writers === 8 ? "error" : "running", writers + 1]);
  expect(second!.model.calls).toHaveLength(writers === 8 ? 0 : 1);
  if (writers === 8) expect(viewer.transport.frames.at(-1)).toMatchObject({ code: "interrupted", offset: "9-2" });
});
