import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ask, plainDialect } from "../../../test/support/engine-fixture.ts";
import { gateway } from "../../gateway.ts";
import { route } from "../../route.ts";
import type { Append } from "../../store.ts";
import { LambdaLab, useTable } from "./test-support/lambda-lab.ts";

const table = useTable();

/** How long a writer counts as alive after it was last heard of. */
const LEASE_MS = 15_000;
const LOOK_MS = 300;

describe("the worker", () => {
  it("law 8: a job that is handed over twice, or once more after its end, runs once", async () => {
    const lab = await LambdaLab.start(table());
    const id = await lab.connect();
    const job = await lab.ask(id);
    const both = [lab.worker(), lab.worker()].map((worker) => worker(job));
    const call = await lab.model.next();
    await Promise.race(both);
    call.push("a");
    call.end();
    await Promise.all(both);
    await lab.worker()(job);
    expect(lab.model.calls).toHaveLength(1);
    expect(lab.frames(id).map(({ type, offset }) => `${offset} ${type}`)).toEqual([
      "1-0 start",
      "2-1 chunk",
      "2-2 done",
    ]);
  });

  it("law 5: a run that would outlive its worker ends as interrupted, 20 s before, and its viewers are told", async () => {
    const lab = await LambdaLab.start(table());
    const id = await lab.connect();
    const job = await lab.ask(id);
    const done = lab.worker()(job, 25_000);
    const call = await lab.model.next();
    call.push("a");
    await lab.frame(id, "chunk");
    await lab.clock.advance(4999);
    expect(await lab.backend.store.head(job.streamId)).toMatchObject({ state: "running" });
    await lab.clock.advance(1);
    await call.stopped;
    await done;
    expect(lab.frames(id).at(-1)).toMatchObject({ type: "error", code: "interrupted", offset: "2-2" });
    expect(await lab.backend.store.head(job.streamId)).toMatchObject({ state: "error" });
  });

  it("law 3: a viewer who is not served to the end when the worker must end is let go, to come back with its own offset", async () => {
    const lab = await LambdaLab.start(table());
    const id = await lab.connect();
    const { promise: release, resolve } = Promise.withResolvers<number>();
    lab.server.answers = ({ method }) => (method === "POST" ? release : undefined);
    const job = await lab.ask(id);
    const done = lab.worker()(job, 25_000);
    await lab.model.next();
    await lab.frame(id, "start");
    await lab.clock.advance(5000);
    await lab.committed("interrupted");
    await lab.clock.advance(8000);
    resolve(200);
    await done;
    expect([lab.frames(id).length, lab.server.deleted(id)]).toEqual([1, 1]);
  });

  it("law 5: a job that cannot be begun ends at once, and its viewers are let go, to come back and read it", async () => {
    let requests = 0;
    const once = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) => ((requests += 1) === 1 ? { value } : { issues: [{ message: "once only" }] }),
      },
    } as const;
    const routes = { ask: route({ input: once, async *run() {} }) };
    const lab = await LambdaLab.start(table(), { gateways: { app: gateway({ routes, dialect: plainDialect }) } });
    const id = await lab.connect();
    const { streamId } = await lab.ask(id);
    await lab.worker()(lab.jobs[0]!);
    expect(lab.server.deleted(id)).toBe(1);
    expect(await read(lab, streamId)).toEqual(["1-0 start", "3-1 error interrupted"]);
  });

  it("L1, law 5: so it is where the job cannot be handed over", async () => {
    const lab = await LambdaLab.start(table());
    lab.lambdaFails = true;
    const session = { query: { session: "s" } };
    const id = await lab.connect(session);
    await lab.say(id, { action: "ask", requestId: "r" });
    expect([lab.jobs, lab.server.deleted(id)]).toEqual([[], 1]);
    const again = await lab.connect(session);
    await lab.say(again, { action: "ask", requestId: "r" });
    expect(lab.frames(again).map(({ type, code }) => [type, code])).toEqual([
      ["start", undefined],
      ["error", "interrupted"],
    ]);
  });

  it("law 5: a run whose worker died is ended as interrupted by the next reader, once its lease is over", async () => {
    const lab = await LambdaLab.start(table());
    const [asker, early] = [await lab.connect(), await lab.connect()];
    const { streamId } = await lab.ask(asker);
    await die(lab, streamId);
    await lab.clock.advance(LEASE_MS - 1);
    // Nobody can know yet that it is dead.
    await lab.say(early, { action: "resume", streamId });
    expect([lab.frames(early), lab.server.deleted(asker)]).toEqual([[], 0]);
    await lab.clock.advance(1);
    expect(await read(lab, streamId)).toEqual(["1-0 start", "2-1 chunk", "3-2 error interrupted"]);
    // How far the others were served nobody knows: they come back with their own offsets.
    expect([lab.server.deleted(asker), lab.server.deleted(early)]).toEqual([1, 1]);
    // Its late worker is fenced off.
    expect(await lab.backend.store.append([append(streamId, 2, 2)])).toEqual([{ outcome: "fenced" }]);
  });

  it("law 5: so it is by the sweep, where nobody asks", async () => {
    const lab = await LambdaLab.start(table());
    const asker = await lab.connect();
    const { streamId } = await lab.ask(asker);
    await die(lab, streamId);
    await lab.clock.advance(LEASE_MS - 1);
    await lab.sweep();
    expect(await lab.backend.store.head(streamId)).toMatchObject({ state: "running" });
    await lab.clock.advance(1);
    await lab.sweep();
    expect(await lab.backend.store.head(streamId)).toMatchObject({ state: "error", epochs: [0, 1, 2] });
    expect(lab.server.deleted(asker)).toBe(1);
    expect(await lab.backend.roster.entry(streamId, asker)).toBeUndefined();
  });

  it("what a dead run has used is recorded before the event that ended it is over", async () => {
    const lab = await LambdaLab.start(table(), {
      gateways: { counted: gateway({ routes: { ask }, dialect: plainDialect }) },
    });
    const { streamId } = await lab.ask(await lab.connect());
    await die(lab, streamId, '{"type":"usage","inputTokens":5,"outputTokens":7}');
    await lab.clock.advance(LEASE_MS);
    await read(lab, streamId);
    const id = new Date(lab.clock.now()).toISOString().slice(0, 10);
    const account = await lab.backend.records.get({ collection: "usage", owner: "counted/anonymous", id });
    expect(account?.value).toEqual({ runs: 1, inputTokens: 5, outputTokens: 7 });
  });

  it("law 8: a request that comes twice at the same time is handed over once", async () => {
    const lab = await LambdaLab.start(table());
    const session = { query: { session: crypto.randomUUID() } };
    const ids = [await lab.connect(session), await lab.connect(session), await lab.connect(session)];
    await Promise.all(ids.map((id) => lab.ask(id, { requestId: "r" })));
    expect(lab.jobs).toHaveLength(1);
    const done = lab.worker()(lab.jobs[0]!);
    (await lab.model.next()).end();
    await done;
    for (const id of ids) expect(lab.frames(id).map(({ type }) => type)).toEqual(["start", "done"]);
  });

  it("law 5: a job that was lost ends the same way, and finds nothing to run where it comes after all", async () => {
    const lab = await LambdaLab.start(table());
    const { streamId } = await lab.ask(await lab.connect());
    await lab.clock.advance(LEASE_MS);
    expect(await read(lab, streamId)).toEqual(["1-0 start", "2-1 error interrupted"]);
    await lab.worker()(lab.jobs[0]!);
    expect(lab.model.calls).toEqual([]);
  });

  it("the sweep tells how many connections each system has", async () => {
    const plain = gateway({ routes: { ask }, dialect: plainDialect });
    const lab = await LambdaLab.start(table(), { gateways: { many: plain, none: plain } });
    for (const _ of [1, 2, 3]) await lab.connect({ stage: "many" });
    await lab.event("DISCONNECT", await lab.connect({ stage: "many" }), { stage: "many" });
    vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
    const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    onTestFinished(() => printed.mockRestore());
    await lab.sweep();
    const lines = printed.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);
    expect(lines.map((line) => [line["app"], line["ActiveConnections"]])).toEqual([
      ["many", 3],
      ["none", 0],
    ]);
  });

  it("S13: a run that says nothing keeps its lease by looking", async () => {
    const lab = await LambdaLab.start(table());
    const [asker, reader] = [await lab.connect(), await lab.connect()];
    const job = await lab.ask(asker);
    const done = lab.worker()(job);
    const call = await lab.model.next();
    for (let looks = 1; looks <= (2 * LEASE_MS) / LOOK_MS; looks += 1) {
      await lab.looked(looks);
      await lab.clock.advance(LOOK_MS);
    }
    await lab.sweep();
    await lab.say(reader, { action: "resume", streamId: job.streamId });
    expect(await lab.backend.store.head(job.streamId)).toMatchObject({ state: "running" });
    call.end();
    await done;
    await lab.frame(asker, "done");
  });
});

/** What a client that comes now gets of a stream. */
async function read(lab: LambdaLab, streamId: string): Promise<string[]> {
  const id = await lab.connect();
  await lab.say(id, { action: "resume", streamId });
  return lab.frames(id).map(({ type, offset, code }) => [offset, type, code].filter(Boolean).join(" "));
}

/** A worker claims the stream, writes a word or what else is said, and is never heard of again. */
async function die({ backend, clock }: LambdaLab, streamId: string, event?: string): Promise<void> {
  const { epoch, seq } = (await backend.store.takeover(streamId, 1))!;
  const word = append(streamId, epoch, seq);
  await backend.store.append([{ ...word, at: clock.now(), ...(event !== undefined && { events: [event] }) }]);
}

function append(streamId: string, epoch: number, seq: number): Append {
  return { streamId, epoch, seq, at: 0, events: ['{"type":"text-delta","text":"a"}'] };
}
