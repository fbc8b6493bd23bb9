import assert from "node:assert/strict";
import { appendOne, delta, newStream, NOW, readAll, START, Writer, leaseless } from "./fixture.ts";
import type { StoreCase } from "./case.ts";

const GONE = { code: "stream_gone" };

/** S7, lists, S10 and S12: what is read, found and forgotten. */
export const READING: readonly StoreCase[] = [
  {
    title: "S7: a read gives the events right after the offset asked, of a stream that runs and of one that has ended",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.write("a", "b");
      const seqs = async (after?: number): Promise<readonly number[]> => {
        const offset = after === undefined ? undefined : { epoch: 1, seq: after };
        return (await store.read(writer.streamId, offset, 10_000)).map(({ seq }) => seq);
      };
      assert.deepEqual([await seqs(), await seqs(0), await seqs(2)], [[0, 1, 2], [1, 2], []]);
      await writer.end();
      assert.deepEqual([await seqs(), await seqs(1), await seqs(3)], [[0, 1, 2, 3], [2, 3], []]);
    },
  },
  {
    title: "S7, law 4: after an offset that is not the stream's a read throws stream_gone, whatever came since",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.write("a", "b");
      await store.takeover(writer.streamId, 1);
      writer.epoch = 2;
      await writer.write("c", "d");
      const seqs = async (epoch: number, seq: number): Promise<unknown> =>
        (await store.read(writer.streamId, { epoch, seq }, 10_000)).map((event) => [event.epoch, event.seq]);
      assert.deepEqual(await seqs(1, 1), [
        [1, 2],
        [2, 3],
        [2, 4],
      ]);
      assert.deepEqual(await seqs(2, 3), [[2, 4]]);
      for (const [epoch, seq] of [
        [1, 3],
        [1, 9],
        [2, 2],
        [2, 5],
        [3, 4],
      ] as const) {
        await assert.rejects(store.read(writer.streamId, { epoch, seq }, 10_000), GONE);
      }
    },
  },
  {
    title: "S7: reads bounded by bytes and continued are dense, each with one event at least",
    async run({ store }) {
      const writer = await Writer.open(store);
      for (let index = 0; index < 60; index += 3) await writer.write(`${index}`, "x".repeat(400), "é".repeat(50));
      for (const ended of [false, true]) {
        if (ended) await writer.end();
        for (const maxBytes of [1, 500, 4000]) {
          assert.deepEqual(await readAll(store, writer.streamId, maxBytes), writer.acknowledged);
        }
        const part = await store.read(writer.streamId, { epoch: 1, seq: 0 }, 4000);
        assert.ok(part.length > 1 && part.length < 40, `${part.length} events of about 200 bytes in 4000`);
      }
    },
  },
  {
    title: "S7: a stream of more than a megabyte is read whole, while it runs and after its end",
    async run({ store }) {
      const writer = await Writer.open(store);
      for (let index = 0; index < 80; index += 1) await writer.write(`${index} ${"y".repeat(16_000)}`);
      assert.deepEqual(await readAll(store, writer.streamId, 100_000), writer.acknowledged);
      assert.equal((await store.head(writer.streamId))?.seq, 80);
      const again = { ...writer.draft(`79 ${"y".repeat(16_000)}`), seq: 80 };
      assert.equal((await appendOne(store, again)).outcome, "stored");
      await writer.end();
      assert.deepEqual(await readAll(store, writer.streamId, 100_000), writer.acknowledged);
    },
  },
  {
    title: "S7: a read of a stream that is not known throws stream_gone",
    async run({ store }) {
      await assert.rejects(store.read("nobody", undefined, 1000), GONE);
    },
  },
  {
    title: "a head holds what the stream was opened with, optional fields only where they were given",
    async run({ store }) {
      const full = newStream({ owner: "ann", requestId: "r", digest: "d", route: "llm/chat" });
      const bare = newStream();
      for (const stream of [full, bare]) {
        const head = { ...stream, state: "running", epochs: [0], seq: 0, cancelRequested: false, gone: false };
        const opened = await store.open(stream, START);
        assert.deepEqual(leaseless(opened), { head, created: true, cancelled: false });
        assert.deepEqual(leaseless(await store.head(stream.streamId)), head);
      }
      assert.equal(await store.head("nobody"), undefined);
    },
  },
  {
    title: "law 9: a list holds the streams of its app and scope only, newest first",
    async run({ store }) {
      const { scope } = newStream();
      const mine: Writer[] = [];
      for (let index = 0; index < 5; index += 1) mine.push(await Writer.open(store, { scope, createdAt: NOW + index }));
      await Writer.open(store, { scope, app: "another" });
      await Writer.open(store, { scope: `${scope}-2` });
      const { heads, nextCursor } = await store.list({ app: "suite", scope, limit: 10 });
      assert.deepEqual(
        heads.map(({ streamId }) => streamId),
        mine.map(({ streamId }) => streamId).reverse(),
      );
      assert.equal(nextCursor, undefined);
    },
  },
  {
    title: "a list filters by state, and shows the last seq of streams that run",
    async run({ store }) {
      const { scope } = newStream();
      const running = await Writer.open(store, { scope, createdAt: NOW + 1 });
      const ended = await Writer.open(store, { scope, createdAt: NOW + 2 });
      await running.write("a", "b");
      await ended.end();
      const listed = async (state?: "running" | "ended"): Promise<unknown> => {
        const { heads } = await store.list({ app: "suite", scope, limit: 10, ...(state !== undefined && { state }) });
        return heads.map(({ streamId, seq }) => [streamId, seq]);
      };
      const [one, other] = [
        [running.streamId, 2],
        [ended.streamId, 1],
      ];
      assert.deepEqual(await listed("running"), [one]);
      assert.deepEqual(await listed("ended"), [other]);
      assert.deepEqual(await listed(), [other, one]);
    },
  },
  {
    title: "a list's cursor goes on where its page ended while streams are added, also among equals in time",
    async run({ store }) {
      const { scope } = newStream();
      const before = new Set<string>();
      for (let index = 0; index < 7; index += 1) {
        before.add((await Writer.open(store, { scope, createdAt: NOW + (index >> 1) })).streamId);
      }
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.list({ app: "suite", scope, limit: 2, ...(cursor !== undefined && { cursor }) });
        assert.ok(page.heads.length <= 2);
        seen.push(...page.heads.map(({ streamId }) => streamId));
        cursor = page.nextCursor;
        await Writer.open(store, { scope, createdAt: NOW + 1000 + seen.length });
      } while (cursor !== undefined);
      assert.equal(seen.length, 7);
      assert.deepEqual(new Set(seen), before);
    },
  },
  {
    title: "law 11: a cursor that no list gave is bad_request",
    async run({ store }) {
      const { scope } = newStream();
      await assert.rejects(store.list({ app: "suite", scope, limit: 2, cursor: "rubbish" }), { code: "bad_request" });
    },
  },
  {
    title: "S10: an erased stream keeps its head as gone; its events, its place in lists and its request are free",
    async run({ store }) {
      const writer = await Writer.open(store, { requestId: "again" });
      const { streamId, stream } = writer;
      await writer.write("secret");
      await writer.end();
      await store.erase(streamId, NOW + 1000);
      const head = await store.head(streamId);
      assert.deepEqual([head?.gone, head?.state, head?.seq], [true, "complete", 2]);
      for (const after of [undefined, { epoch: 1, seq: 1 }, { epoch: 1, seq: 2 }]) {
        await assert.rejects(store.read(streamId, after, 1000), GONE);
      }
      assert.deepEqual((await store.list({ app: "suite", scope: stream.scope, limit: 9 })).heads, []);
      assert.equal(await store.find(stream.scope, "again"), undefined);
      assert.equal((await writer.write("more")).outcome, "fenced");
      const opened = await store.open(newStream({ scope: stream.scope, requestId: "again" }), START);
      assert.equal(opened.created, true);
    },
  },
  {
    title: "S10: an erased stream is forgotten at its time, and not before",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.end();
      await store.erase(writer.streamId, NOW + 5000);
      await store.erase(writer.streamId, NOW + 9000);
      await store.sweep(NOW + 4999, 10);
      assert.equal((await store.head(writer.streamId))?.gone, true);
      await store.sweep(NOW + 5001, 10);
      assert.equal(await store.head(writer.streamId), undefined);
      await assert.rejects(store.read(writer.streamId, undefined, 1000), GONE);
    },
  },
  {
    title: "S10: a stream that runs cannot be erased, and one that is not known need not be",
    async run({ store }) {
      const writer = await Writer.open(store);
      await assert.rejects(store.erase(writer.streamId, NOW), { code: "conflict" });
      await store.erase("nobody", NOW);
      assert.deepEqual(await readAll(store, writer.streamId), [START]);
    },
  },
  {
    title: "S10: a sweep erases what is past its retention, forgets it in its time, and leaves the rest",
    async run({ store }) {
      const expired = await Writer.open(store, { retentionMs: 1000 });
      const kept = await Writer.open(store, { retentionMs: 5000 });
      const running = await Writer.open(store, { retentionMs: 0 });
      for (const writer of [expired, kept]) await writer.end(NOW);
      const gone = async (): Promise<unknown> =>
        Promise.all([expired, kept, running].map(async ({ streamId }) => (await store.head(streamId))?.gone));
      await store.sweep(NOW + 999, 2000);
      assert.deepEqual(await gone(), [false, false, false]);
      await store.sweep(NOW + 1001, 2000);
      assert.deepEqual(await gone(), [true, false, false]);
      await assert.rejects(store.read(expired.streamId, undefined, 1000), GONE);
      await store.sweep(NOW + 3000, 2000);
      assert.deepEqual(await gone(), [true, false, false]);
      await store.sweep(NOW + 3002, 2000);
      assert.deepEqual(await gone(), [undefined, false, false]);
      assert.deepEqual(await readAll(store, kept.streamId), kept.acknowledged);
    },
  },
  {
    title: "S10: one sweep takes however many streams are past their retention",
    async run({ store }) {
      const { scope } = newStream();
      const writers = await Promise.all(
        Array.from({ length: 250 }, () => Writer.open(store, { scope, retentionMs: 10 })),
      );
      await store.append(writers.map((writer) => ({ ...writer.draft("end"), at: NOW, end: "complete" })));
      await store.sweep(NOW + 11, 1000);
      assert.deepEqual((await store.list({ app: "suite", scope, limit: 10 })).heads, []);
    },
  },
  {
    title: "S12: every time is the caller's own, in the past as in the future",
    async run({ store }) {
      for (const at of [1, 32_503_680_000_000]) {
        const writer = await Writer.open(store, { createdAt: at, retentionMs: 100 });
        await writer.send({ ...writer.draft("a"), at: at + 1 });
        await writer.end(at + 2);
        const events = await store.read(writer.streamId, undefined, 1000);
        assert.deepEqual(
          events.map((event) => event.at),
          [at, at + 1, at + 2],
        );
        const head = await store.head(writer.streamId);
        assert.deepEqual([head?.createdAt, head?.endedAt], [at, at + 2]);
        await store.sweep(at + 50, 100);
        assert.equal((await store.read(writer.streamId, { epoch: 1, seq: 0 }, 1000))[0]?.json, delta("a"));
      }
    },
  },
  {
    title: "a store that is open answers its check",
    async run({ store }) {
      await store.check();
    },
  },
];
