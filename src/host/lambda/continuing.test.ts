import { describe, expect, it } from "vitest";
import { goOn, plainDialect } from "../../../test/support/engine-fixture.ts";
import { gateway } from "../../gateway.ts";
import { LambdaLab, useTable } from "./test-support/lambda-lab.ts";

const table = useTable();
const LEASE_MS = 15_000;

const going = gateway({ routes: { ask: goOn }, dialect: plainDialect });

/** A run whose worker has said "a", and died; its lease is over. */
async function died(lab: LambdaLab): Promise<{ streamId: string; asker: string }> {
  const asker = await lab.connect();
  const { streamId } = await lab.ask(asker);
  const { store } = lab.backend;
  const term = (await store.takeover(streamId, 1))!;
  const events = ['{"type":"text-delta","text":"a"}'];
  await store.append([{ streamId, ...term, at: lab.clock.now(), events }]);
  await lab.clock.advance(LEASE_MS);
  return { streamId, asker };
}

describe("law 5: a run that goes on when its worker died", () => {
  it("is handed to another worker by the next reader, once; whoever followed it is let go, to come back", async () => {
    const lab = await LambdaLab.start(table(), { gateways: { app: going } });
    const { streamId, asker } = await died(lab);
    const begun = lab.jobs.length;
    const [reader, other] = [await lab.connect(), await lab.connect()];
    await lab.say(reader, { action: "resume", streamId });
    await lab.say(other, { action: "resume", streamId, offset: "2-1" });
    expect(lab.jobs.slice(begun)).toMatchObject([{ streamId, epoch: 3 }]);
    const done = lab.worker()(lab.jobs.at(-1)!);
    const call = await lab.model.next();
    expect(call.request.messages[1]).toEqual({ role: "assistant", content: "a" });
    await lab.server.until(() => lab.server.deleted(asker) === 1);
    const back = await lab.connect();
    await lab.say(back, { action: "resume", streamId, offset: "2-1" });
    call.push("b");
    call.end();
    await lab.pass(300, lab.frame(back, "done"));
    await lab.pass(300, done);
    expect(lab.frames(back).map(({ offset, content }) => [offset, content])).toEqual([
      ["4-2", "b"],
      ["4-3", "ab"],
    ]);
  });

  it("goes on in the sweep that finds it, where nobody asks", async () => {
    const lab = await LambdaLab.start(table(), { gateways: { app: going } });
    const { streamId } = await died(lab);
    const swept = lab.sweep();
    const call = await lab.model.next();
    call.push("b");
    call.end();
    await lab.pass(300, swept);
    expect(await lab.backend.store.head(streamId)).toMatchObject({ state: "complete", epochs: [0, 1, 2, 2] });
  });
});
