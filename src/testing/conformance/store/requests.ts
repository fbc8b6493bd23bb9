import assert from "node:assert/strict";
import { newStream, NOW, readAll, START, Writer } from "./fixture.ts";
import type { StoreCase } from "./case.ts";

/** S8, S9 and cancels. */
export const REQUESTS: readonly StoreCase[] = [
  {
    title: "S8: an open with a request that is known gives its stream and stores nothing",
    async run({ store }) {
      const writer = await Writer.open(store, { requestId: "r", digest: "one" });
      const { scope } = writer.stream;
      for (const ended of [false, true]) {
        if (ended) await writer.end();
        const again = newStream({ scope, requestId: "r", digest: "another" });
        const opened = await store.open(again, START);
        assert.deepEqual([opened.created, opened.cancelled], [false, false]);
        assert.deepEqual(opened.head, await store.head(writer.streamId));
        assert.deepEqual([opened.head.streamId, opened.head.digest], [writer.streamId, "one"]);
        assert.equal(await store.head(again.streamId), undefined);
      }
      assert.deepEqual(await readAll(store, writer.streamId), writer.acknowledged);
    },
  },
  {
    title: "S8: of many opens of one request at once exactly one makes the stream",
    async run({ store }) {
      const { scope } = newStream();
      const opens = Array.from({ length: 8 }, () => store.open(newStream({ scope, requestId: "r" }), START));
      const opened = await Promise.all(opens);
      assert.equal(opened.filter(({ created }) => created).length, 1);
      assert.equal(new Set(opened.map(({ head }) => head.streamId)).size, 1);
    },
  },
  {
    title: "S8: a request is known in its own scope only, and streams without one are all new",
    async run({ store }) {
      const writer = await Writer.open(store, { requestId: "r" });
      const { scope } = writer.stream;
      assert.equal((await store.open(newStream({ requestId: "r" }), START)).created, true);
      assert.equal((await store.open(newStream({ scope }), START)).created, true);
      assert.equal((await store.open(newStream({ scope }), START)).created, true);
      assert.equal((await store.find(scope, "r"))?.streamId, writer.streamId);
      assert.equal(await store.find(scope, "s"), undefined);
      assert.equal(await store.find(`${scope}-2`, "r"), undefined);
    },
  },
  {
    title: "S8: a request is free again once its stream was swept",
    async run({ store }) {
      const writer = await Writer.open(store, { requestId: "r", retentionMs: 1000 });
      const { scope } = writer.stream;
      await writer.end(NOW);
      await store.sweep(NOW + 1001, 1000);
      assert.equal(await store.find(scope, "r"), undefined);
      assert.equal((await store.open(newStream({ scope, requestId: "r" }), START)).created, true);
    },
  },
  {
    title: "S9: a cancel for a request that is not here yet is told by the open that comes, once",
    async run({ store }) {
      const stream = newStream({ requestId: "r" });
      await store.rememberCancel(stream.scope, "r", NOW + 10_000);
      const opened = await store.open(stream, START);
      assert.deepEqual([opened.created, opened.cancelled, opened.head.cancelRequested], [true, true, true]);
      const again = await store.open(newStream({ scope: stream.scope, requestId: "r" }), START);
      assert.deepEqual([again.created, again.cancelled], [false, false]);
    },
  },
  {
    title: "S9: an early cancel lapses at its time, swept or not",
    async run({ store }) {
      for (const swept of [false, true]) {
        const stream = newStream({ requestId: "r", createdAt: NOW + 10_001 });
        await store.rememberCancel(stream.scope, "r", NOW + 10_000);
        if (swept) await store.sweep(NOW + 10_001, 1000);
        const opened = await store.open(stream, START);
        assert.deepEqual([opened.created, opened.cancelled, opened.head.cancelRequested], [true, false, false]);
      }
    },
  },
  {
    title: "S9: an early cancel is for its request in its scope only, and a sweep before its time leaves it",
    async run({ store }) {
      const stream = newStream({ requestId: "r" });
      const { scope } = stream;
      await store.rememberCancel(scope, "r", NOW + 10_000);
      assert.equal((await store.open(newStream({ scope, requestId: "s" }), START)).cancelled, false);
      assert.equal((await store.open(newStream({ scope: `${scope}-2`, requestId: "r" }), START)).cancelled, false);
      assert.equal((await store.open(newStream({ scope }), START)).cancelled, false);
      await store.sweep(NOW + 9_000, 1000);
      assert.equal((await store.open(stream, START)).cancelled, true);
    },
  },
  {
    title: "S9: a cancel that is remembered for a request which has come meanwhile reaches its stream",
    feature: "lateEarlyCancel",
    async run({ store }) {
      const writer = await Writer.open(store, { requestId: "r" });
      await store.rememberCancel(writer.stream.scope, "r", NOW + 10_000);
      assert.deepEqual(await writer.write("a"), { outcome: "stored", cancel: true });
    },
  },
  {
    title: "law 6: a cancel reaches the writer with its next appends, and is over with the stream's end",
    async run({ store }) {
      const writer = await Writer.open(store);
      assert.deepEqual(await writer.write("a"), { outcome: "stored", cancel: false });
      const head = await store.requestCancel(writer.streamId);
      assert.deepEqual([head?.streamId, head?.state, head?.cancelRequested], [writer.streamId, "running", true]);
      assert.deepEqual(await writer.write("b"), { outcome: "stored", cancel: true });
      assert.deepEqual(await writer.write("c"), { outcome: "stored", cancel: true });
      await writer.send({ ...writer.draft("stop"), end: "cancelled" });
      const ended = await store.head(writer.streamId);
      assert.deepEqual([ended?.state, ended?.cancelRequested], ["cancelled", false]);
    },
  },
  {
    title: "law 6: a cancel outlives a takeover",
    async run({ store }) {
      const writer = await Writer.open(store);
      await store.requestCancel(writer.streamId);
      await store.takeover(writer.streamId, 1);
      writer.epoch = 2;
      assert.deepEqual(await writer.write("a"), { outcome: "stored", cancel: true });
    },
  },
  {
    title: "law 6: a cancel of a stream that has ended gives its head as it is; of one not known, undefined",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.end();
      const head = await store.requestCancel(writer.streamId);
      assert.deepEqual([head?.state, head?.cancelRequested], ["complete", false]);
      assert.equal(await store.requestCancel("nobody"), undefined);
    },
  },
];
