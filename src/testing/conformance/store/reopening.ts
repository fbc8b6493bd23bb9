import assert from "node:assert/strict";
import type { Store } from "../../../store.ts";
import { newStream, NOW, readAll, START, Writer } from "./fixture.ts";
import type { StoreCase } from "./case.ts";

/** S2 across a restart, and what is abandoned by then. */
export const REOPENING: readonly StoreCase[] = [
  {
    title: "S2: reopening keeps everything acknowledged: events, heads, epochs, requests and cancels",
    feature: "reopen",
    async run(place) {
      const { store } = place;
      const { scope } = newStream();
      const ended = await Writer.open(store, { scope, requestId: "ended", createdAt: NOW + 1 });
      const running = await Writer.open(store, { scope, requestId: "running", createdAt: NOW + 2 });
      const taken = await Writer.open(store, { scope, createdAt: NOW + 3 });
      const erased = await Writer.open(store, { scope, createdAt: NOW + 4 });
      const writers = [ended, running, taken, erased];
      for (let index = 0; index < 20; index += 1) for (const writer of writers) await writer.write(`${index} `, "é");
      await ended.end();
      await erased.end();
      await store.erase(erased.streamId, NOW + 60_000);
      await store.requestCancel(running.streamId);
      taken.epoch = (await store.takeover(taken.streamId, 1))!.epoch;
      await taken.write("in the second epoch");
      await store.rememberCancel(scope, "early", NOW + 10_000);
      const before = await snapshot(store, writers, scope);

      const reopened = await place.reopen();
      assert.deepEqual(await snapshot(reopened, writers, scope), before);
      for (const writer of [ended, running, taken]) {
        assert.deepEqual(await readAll(reopened, writer.streamId), writer.acknowledged);
      }
      await assert.rejects(reopened.read(erased.streamId, undefined, 1000), { code: "stream_gone" });
      const known = await reopened.open(newStream({ scope, requestId: "running" }), START);
      assert.deepEqual([known.created, known.head.streamId], [false, running.streamId]);
      assert.equal((await reopened.open(newStream({ scope, requestId: "early" }), START)).cancelled, true);
    },
  },
  {
    title: "S3: after reopening writers go on where they were, and zombies are fenced as before",
    feature: "reopen",
    async run(place) {
      const writer = await Writer.open(place.store);
      await writer.write("a", "b");
      const zombie = writer.draft("zombie");
      writer.epoch = (await place.store.takeover(writer.streamId, 1))!.epoch;
      await writer.write("c");
      const last = { ...writer.draft("c"), seq: 3 };
      const reopened = await place.reopen();
      assert.deepEqual(await reopened.append([zombie]), [{ outcome: "fenced" }]);
      assert.deepEqual(await reopened.append([last]), [{ outcome: "stored", cancel: false }]);
      assert.deepEqual(await reopened.append([writer.draft("d")]), [{ outcome: "stored", cancel: false }]);
      assert.equal((await readAll(reopened, writer.streamId)).length, 5);
    },
  },
  {
    title: "law 5: what ran at the time of reopening is abandoned, exactly that, until it is taken over or ends",
    feature: "abandoned",
    async run(place) {
      const scope = newStream().scope;
      const [ended, first, second] = [
        await Writer.open(place.store, { scope }),
        await Writer.open(place.store, { scope }),
        await Writer.open(place.store, { scope }),
      ];
      await ended.end();
      await first.write("a");
      assert.deepEqual(await abandonedIn(place.store, scope), []);

      const reopened = await place.reopen();
      await Writer.open(reopened, { scope });
      assert.deepEqual(await abandonedIn(reopened, scope), [first.streamId, second.streamId].sort());
      const term = await reopened.takeover(first.streamId, 1);
      assert.deepEqual(term, { epoch: 2, seq: 2 });
      assert.deepEqual(await abandonedIn(reopened, scope), [second.streamId]);
      await reopened.append([{ ...second.draft("bye"), end: "error" }]);
      assert.deepEqual(await abandonedIn(reopened, scope), []);
    },
  },
  {
    title: "law 5: a stream that its own process writes is not abandoned",
    async run({ store }) {
      const writer = await Writer.open(store);
      await writer.write("a");
      assert.deepEqual(await abandonedIn(store, writer.stream.scope), []);
    },
  },
];

async function snapshot(store: Store, writers: readonly Writer[], scope: string): Promise<unknown> {
  const heads = await Promise.all(writers.map(({ streamId }) => store.head(streamId)));
  return { heads, list: await store.list({ app: "suite", scope, limit: 10 }) };
}

async function abandonedIn(store: Store, scope: string): Promise<readonly string[]> {
  const heads = await store.abandoned(NOW);
  return heads
    .filter((head) => head.scope === scope)
    .map(({ streamId }) => streamId)
    .sort();
}
