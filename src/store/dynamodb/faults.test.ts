import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Dynalite } from "../../../test/support/dynalite.ts";
import type { Store } from "../../store.ts";
import { NOW, START, Writer, delta, readAll } from "../../testing/conformance/store/fixture.ts";
import { type DynamoBackend, createTable, dynamodb } from "../dynamodb.ts";
import { after, before, counted, failingFrom, losingAnswers } from "./test-support/clients.ts";

const STORED = { outcome: "stored", cancel: false };
const table = "sluice";
let dynalite: Dynalite;

beforeAll(async () => {
  dynalite = await Dynalite.start();
  await createTable(dynalite.client(), table);
});
afterAll(() => dynalite[Symbol.asyncDispose]());

const open = (client: DynamoDBClient = dynalite.client()): Promise<DynamoBackend> => dynamodb({ table, client });

describe("what breaks in between", () => {
  let store: Store;
  beforeEach(async () => (store = (await open()).store));

  it.each([
    ["copies", 2000, 1000],
    ["puts aside", 600_000, 600_001],
  ])(
    "S3: what a zombie %s, however late, changes nothing of what the new writer has stored",
    async (_, zombieBytes, otherBytes) => {
      const calls: string[] = [];
      const release = Promise.withResolvers<void>();
      const client = counted(dynalite.client(), calls);
      const zombie = await Writer.open((await open(client)).store);
      await zombie.write("a".repeat(2500));
      before(client, /./, () => release.promise);
      calls.length = 0;
      const late = zombie.store.append([zombie.draft("z".repeat(zombieBytes))]);

      const { streamId } = zombie;
      const term = (await store.takeover(streamId, 1))!;
      for (let seq = term.seq; seq < term.seq + 6; seq += 1) {
        const events = [delta(`${seq}`.repeat(seq === term.seq ? otherBytes : 1000))];
        expect(await store.append([{ streamId, epoch: 2, seq, at: NOW, events }])).toEqual([STORED]);
      }
      const whole = await readAll((await open()).store, streamId);
      expect(whole).toHaveLength(8);

      release.resolve();
      expect(await late).toEqual([{ outcome: "fenced" }]);
      expect(calls).toContain("PutItemCommand");
      expect(await readAll((await open()).store, streamId)).toEqual(whole);
      expect(await readAll((await open()).store, streamId, 1)).toEqual(whole);
      expect(await readAll(zombie.store, streamId)).toEqual(whole);
    },
  );

  it("law 4: who wrote a stream once goes on reading it from an offset of the writer after it", async () => {
    const former = await Writer.open(store);
    await former.write("a");
    const { streamId } = former;
    const other = (await open()).store;
    await other.takeover(streamId, 1);
    await other.append([{ streamId, epoch: 2, seq: 2, at: NOW, events: [delta("b"), delta("c")] }]);
    expect((await store.read(streamId, { epoch: 2, seq: 2 }, 1000)).map(({ seq }) => seq)).toEqual([3]);
    expect((await store.read(streamId, { epoch: 1, seq: 1 }, 1000)).map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it("S7: reads are dense after every seq, over many tails and epochs", async () => {
    const writer = await Writer.open(store);
    for (let round = 0; round < 30; round += 1) {
      await writer.write(`${round}`.padEnd(700, "."), "é");
      if (round === 14) writer.epoch = (await store.takeover(writer.streamId, 1))!.epoch;
    }
    const reader = (await open()).store;
    const { epochs } = (await reader.head(writer.streamId))!;
    for (let seq = 0; seq < writer.next; seq += 1) {
      const after = { epoch: seq < epochs[1]! ? 1 : 2, seq };
      const events = await reader.read(writer.streamId, after, 1_000_000);
      expect(events.map(({ json }) => json)).toEqual(writer.acknowledged.slice(seq + 1));
    }
  });

  it("S11: the answer to a takeover may be lost: asked again by the SDK, it is still the caller's", async () => {
    const writer = await Writer.open(store);
    const { store: losing } = await open(losingAnswers(dynalite.client()));
    expect(await losing.takeover(writer.streamId, 1)).toEqual({ epoch: 2, seq: 1 });
    expect(await losing.takeover(writer.streamId, 1)).toBeUndefined();
    const append = { ...writer.draft("a"), epoch: 2 };
    expect(await losing.append([append])).toEqual([STORED]);
    expect(await readAll(store, writer.streamId)).toEqual([START, ...append.events]);
  });

  it("S10: whoever wrote a stream once does not read what was erased elsewhere, from the time that it knows better", async () => {
    const knowing: readonly ((own: DynamoBackend, streamId: string) => Promise<unknown>)[] = [
      ({ roster }, streamId) => roster.look(streamId, 1, NOW + 400),
      ({ roster }, streamId) => roster.look(streamId, 1, NOW + 20_000),
      (own, streamId) => own.store.head(streamId),
      (own) => own.store.sweep(NOW + 15_002, 1000),
      (own) => own.store.abandoned(NOW + 15_002),
      async (own) => (await Writer.open(own.store, { createdAt: NOW + 20_000 })).end(NOW + 20_000),
    ];
    for (const know of knowing) {
      const own = await open();
      const former = await Writer.open(own.store);
      await former.write("a");
      const { streamId } = former;
      const { seq } = (await store.takeover(streamId, 1))!;
      await store.append([{ streamId, epoch: 2, seq, at: NOW, events: [delta("b")], end: "complete" }]);
      await store.erase(streamId, NOW + 600_000);
      await know(own, streamId);
      await expect(own.store.read(streamId, undefined, 1000)).rejects.toMatchObject({ code: "stream_gone" });
    }
  });

  it("a list without a state has a stream that ends while it is made, once", async () => {
    const client = dynalite.client();
    const writer = await Writer.open(store);
    const answered: string[] = [];
    after(client, /^Query/, async () => {
      answered.push("a query");
      if (answered.length === 1) await writer.end();
    });
    const { heads } = await (await open(client)).store.list({ app: "suite", scope: writer.stream.scope, limit: 5 });
    expect(heads.map(({ streamId, state }) => [streamId, state])).toEqual([[writer.streamId, "complete"]]);
    expect(answered).toHaveLength(2);
  });

  it("S1, S6: after an append that failed, the next one of its stream in the group is not tried", async () => {
    const [writer, other] = [await Writer.open(store), await Writer.open(store)];
    const client = dynalite.client();
    const first = writer.draft("a");
    const second = { ...writer.draft("b"), seq: first.seq + 1 };
    let lost = false;
    // It is stored, but nobody is told.
    after(client, /^UpdateItem/, async (input) => {
      if (lost || !JSON.stringify(input).includes(writer.streamId)) return;
      lost = true;
      throw new Error("cut");
    });
    const outcomes = await (await open(client)).store.append([first, second, other.draft("c")]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "stored"]);
    expect(await store.append([first, second])).toEqual([STORED, STORED]);
    expect(await readAll(store, writer.streamId)).toEqual([START, delta("a"), delta("b")]);
  });

  it("S1, S5: an append that was put aside is stored once when it comes again, also where it differs in its end alone", async () => {
    const writer = await Writer.open(store);
    const append = writer.draft("é".repeat(200_000), "x".repeat(500_000));
    expect(await writer.send(append)).toEqual(STORED);
    const other = (await open()).store;
    for (const again of [append, { ...append, end: "complete" as const }]) {
      expect(await other.append([again])).toEqual([STORED]);
    }
    expect((await store.head(writer.streamId))!.state).toBe("running");
    expect(await writer.write("b")).toEqual(STORED);
    expect(await readAll(other, writer.streamId)).toEqual(writer.acknowledged);
  });

  it("S6: a service that does not answer is told as failed, and the append may be asked again", async () => {
    const writer = await Writer.open(store);
    const { store: failing } = await open(failingFrom("UpdateItemCommand", dynalite.client()));
    const append = writer.draft("a");
    expect(await failing.append([append])).toMatchObject([{ outcome: "failed" }]);
    expect(await store.append([append])).toEqual([STORED]);
  });

  it("R3: the answer to a put may be lost: asked again by the SDK, it is stored once", async () => {
    const { records } = await open(losingAnswers(dynalite.client()));
    const key = { collection: "lost", owner: "ann", id: "card" };
    expect(await records.put(key, { turn: 1 }, { now: NOW, ifVersion: 0 })).toMatchObject({ version: 1 });
    expect(await records.put(key, { turn: 2 }, { now: NOW, ifVersion: 1 })).toMatchObject({ version: 2 });
  });

  it("law 11: a document too large for an item is refused by its name", async () => {
    const { records } = await open();
    const put = records.put({ collection: "c", owner: "o", id: "i" }, { text: "x".repeat(400_000) }, { now: NOW });
    await expect(put).rejects.toMatchObject({ code: "payload_too_large" });
  });

  it("a stream takes so many followers at most, and who follows already may enter anew", async () => {
    const writer = await Writer.open(store);
    const { roster } = await open();
    const enter = (id: number): Promise<boolean> =>
      roster.enter(writer.streamId, { connectionId: `${id}`, visit: "1" });
    await Promise.all(Array.from({ length: 200 }, (_, id) => enter(id)));
    await expect(enter(200)).rejects.toMatchObject({ code: "rate_limited" });
    expect(await enter(7)).toBe(true);
  });
});
