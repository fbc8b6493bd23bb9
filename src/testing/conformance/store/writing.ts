import assert from "node:assert/strict";
import { isValidOffset } from "../../../protocol/offset.ts";
import { appendOne, delta, NOW, readAll, START, Writer } from "./fixture.ts";
import type { StoreCase } from "./case.ts";

const STORED = { outcome: "stored", cancel: false } as const;
const FENCED = { outcome: "fenced" } as const;

/** S1 to S6 and S11: what an append does. */
export const WRITING: readonly StoreCase[] = [
  {
    title: "S1: an append of many events is stored whole, in its order",
    async run({ store }) {
      const writer = await Writer.open(store);
      const texts = Array.from({ length: 300 }, (_, index) => `word ${index} `);
      assert.deepEqual(await writer.write(...texts), STORED);
      assert.deepEqual(await readAll(store, writer.streamId), [START, ...texts.map(delta)]);
    },
  },
  {
    title: "S1: an append that is fenced leaves none of its events",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.write("a");
      const overlapping = { ...writer.draft("b", "c", "d"), seq: 1 };
      assert.deepEqual(await appendOne(store, overlapping), FENCED);
      assert.deepEqual(await readAll(store, writer.streamId), [START, delta("a")]);
    },
  },
  {
    title: "S2: what was acknowledged is read at once, with its seq, its commit time and its JSON as it was given",
    async run({ store }) {
      const writer = await Writer.open(store);
      const json = JSON.stringify({ type: "text-delta", text: 'é 漢 🜁 \n \r \u2028 " \\ \u0000 ' });
      await writer.send({ ...writer.draft(), at: NOW + 5, events: [json, '{ "type" : "spaced" }'] });
      assert.deepEqual(await store.read(writer.streamId, { epoch: 1, seq: 0 }, 1000), [
        { epoch: 1, seq: 1, at: NOW + 5, json },
        { epoch: 1, seq: 2, at: NOW + 5, json: '{ "type" : "spaced" }' },
      ]);
      assert.equal((await store.head(writer.streamId))?.seq, 2);
    },
  },
  {
    title: "S3: an append with another epoch leaves nothing and is told fenced",
    async run({ store }) {
      const writer = await Writer.open(store);
      for (const epoch of [0, 2]) {
        assert.deepEqual(await appendOne(store, { ...writer.draft("x"), epoch }), FENCED);
      }
      assert.deepEqual(await readAll(store, writer.streamId), [START]);
    },
  },
  {
    title: "S3: an append that would leave a hole leaves nothing and is told fenced",
    async run({ store }) {
      const writer = await Writer.open(store);
      assert.deepEqual(await appendOne(store, { ...writer.draft("x"), seq: 2 }), FENCED);
      assert.deepEqual(await readAll(store, writer.streamId), [START]);
      assert.deepEqual(await writer.write("y"), STORED);
    },
  },
  {
    title: "S3: an append to a stream that is not known is fenced",
    async run({ store }) {
      const writer = await Writer.open(store);
      assert.deepEqual(await appendOne(store, { ...writer.draft("x"), streamId: "nobody" }), FENCED);
      assert.equal(await store.head("nobody"), undefined);
    },
  },
  {
    title: "S3: of two writers that collide exactly one is stored",
    async run({ store }) {
      const writer = await Writer.open(store);
      for (let round = 0; round < 10; round += 1) {
        const rivals = [writer.draft(`left ${round}`), writer.draft(`right ${round}`)];
        const outcomes = await Promise.all(rivals.map((append) => appendOne(store, append)));
        assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ["fenced", "stored"]);
        const winner = rivals[outcomes.findIndex(({ outcome }) => outcome === "stored")]!;
        writer.acknowledged.push(...winner.events);
        writer.next += 1;
      }
      assert.deepEqual(await readAll(store, writer.streamId), writer.acknowledged);
    },
  },
  {
    title: "S4: after its terminal event a stream takes no append",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.write("a");
      assert.deepEqual(await writer.end(NOW + 9), STORED);
      assert.deepEqual(await writer.write("late"), FENCED);
      assert.deepEqual(await writer.end(), FENCED);
      assert.deepEqual(await readAll(store, writer.streamId), writer.acknowledged);
      const head = await store.head(writer.streamId);
      assert.deepEqual([head?.state, head?.endedAt, head?.seq], ["complete", NOW + 9, 2]);
    },
  },
  {
    title: "S4: each way to end is kept as the stream's state",
    async run({ store }) {
      for (const end of ["complete", "error", "cancelled"] as const) {
        const writer = await Writer.open(store);
        await writer.send({ ...writer.draft("bye"), end });
        assert.equal((await store.head(writer.streamId))?.state, end);
      }
    },
  },
  {
    title: "S5: the same append again is stored, and stores nothing twice",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.write("a");
      const append = writer.draft("b", "c");
      assert.deepEqual(await writer.send(append), STORED);
      assert.deepEqual(await appendOne(store, append), STORED);
      assert.deepEqual(await readAll(store, writer.streamId), writer.acknowledged);
      assert.deepEqual(await writer.write("d"), STORED);
    },
  },
  {
    title: "S5: the same terminal append again is stored, and the stream ends once",
    async run({ store }) {
      const writer = await Writer.open(store);
      const append = { ...writer.draft("a", "b"), end: "error" } as const;
      assert.deepEqual(await writer.send(append), STORED);
      assert.deepEqual(await appendOne(store, append), STORED);
      assert.deepEqual(await readAll(store, writer.streamId), writer.acknowledged);
    },
  },
  {
    title: "S5: an append in the place of the last one, with another event, is fenced",
    async run({ store }) {
      const writer = await Writer.open(store);
      const append = writer.draft("a", "b");
      await writer.send(append);
      assert.deepEqual(await appendOne(store, { ...append, events: [delta("a"), delta("B")] }), FENCED);
      assert.deepEqual(await appendOne(store, { ...append, events: [delta("a")] }), FENCED);
      assert.deepEqual(await readAll(store, writer.streamId), writer.acknowledged);
    },
  },
  {
    title: "S6: a fenced append in a group leaves the others as they are, in the order of the appends",
    async run({ store }) {
      const [first, second, third] = await Promise.all([Writer.open(store), Writer.open(store), Writer.open(store)]);
      const zombie = { ...second.draft("x"), epoch: 7 };
      const ending = { ...third.draft("z"), end: "complete" } as const;
      const outcomes = await store.append([first.draft("a"), zombie, ending]);
      assert.deepEqual(outcomes, [STORED, FENCED, STORED]);
      assert.deepEqual(await readAll(store, first.streamId), [START, delta("a")]);
      assert.deepEqual(await readAll(store, second.streamId), [START]);
      assert.deepEqual(await readAll(store, third.streamId), [START, delta("z")]);
    },
  },
  {
    title: "S6: two appends to one stream in a group are taken in their order",
    async run({ store }) {
      const writer = await Writer.open(store);
      const second = { ...writer.draft("b"), seq: 2 };
      assert.deepEqual(await store.append([writer.draft("a"), second, second]), [STORED, STORED, STORED]);
      assert.deepEqual(await readAll(store, writer.streamId), [START, delta("a"), delta("b")]);
    },
  },
  {
    title: "S6: a group of none has no outcomes",
    async run({ store }) {
      assert.deepEqual(await store.append([]), []);
    },
  },
  {
    title: "S11: a takeover raises the epoch by one, tells the seq at which it begins, and fences the former writer",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.write("a");
      const zombie = writer.draft("zombie");
      assert.deepEqual(await store.takeover(writer.streamId, 1), { epoch: 2, seq: 2 });
      assert.deepEqual(await appendOne(store, zombie), FENCED);
      assert.deepEqual((await store.head(writer.streamId))?.epochs, [0, 2]);
      writer.epoch = 2;
      assert.deepEqual(await writer.write("b"), STORED);
      assert.deepEqual(await readAll(store, writer.streamId), [START, delta("a"), delta("b")]);
    },
  },
  {
    title: "S11: the last append of the former writer is fenced when it comes again after a takeover, in either epoch",
    async run({ store }) {
      const writer = await Writer.open(store);
      const last = writer.draft("a");
      await writer.send(last);
      await store.takeover(writer.streamId, 1);
      assert.deepEqual(await appendOne(store, last), FENCED);
      assert.deepEqual(await appendOne(store, { ...last, epoch: 2 }), FENCED);
    },
  },
  {
    title: "S11: a takeover that expects another epoch, or whose stream has ended or is not known, gives undefined",
    async run({ store }) {
      const writer = await Writer.open(store);
      assert.equal(await store.takeover(writer.streamId, 2), undefined);
      assert.equal(await store.takeover("nobody", 1), undefined);
      const rivals = await Promise.all([store.takeover(writer.streamId, 1), store.takeover(writer.streamId, 1)]);
      assert.equal(rivals.filter((won) => won !== undefined).length, 1);
      writer.epoch = 2;
      await writer.end();
      assert.equal(await store.takeover(writer.streamId, 2), undefined);
      assert.deepEqual((await store.head(writer.streamId))?.epochs, [0, 1]);
    },
  },
  {
    title: "law 4: an offset is valid only within its epoch's part",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.write("a", "b");
      await store.takeover(writer.streamId, 1);
      writer.epoch = 2;
      await writer.write("c");
      const head = await store.head(writer.streamId);
      const valid = (epoch: number, seq: number): boolean => isValidOffset({ epoch, seq }, head!.epochs, head!.seq);
      assert.deepEqual([valid(1, 0), valid(1, 2), valid(2, 3)], [true, true, true]);
      assert.deepEqual([valid(1, 3), valid(2, 2), valid(2, 4), valid(3, 4)], [false, false, false, false]);
    },
  },
];
