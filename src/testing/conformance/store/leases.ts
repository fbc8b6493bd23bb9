import assert from "node:assert/strict";
import type { Leases, Store } from "../../../store.ts";
import type { StoreCase } from "./case.ts";
import { NOW, Writer } from "./fixture.ts";

/** Longer than any lease. */
const LONG = 86_400_000;

/** S13, S14: who was not heard of for too long counts as dead. */
export const LEASES: readonly StoreCase[] = [
  {
    title: "S13: a running stream has a lease, from its creation and from each append on; an ended one has none",
    feature: "leases",
    async run({ store }) {
      const writer = await Writer.open(store);
      const begun = (await store.head(writer.streamId))!.leaseUntil!;
      assert.ok(begun > NOW);
      const late = { ...writer.draft("a"), at: NOW + 5000 };
      await store.append([late]);
      assert.equal((await store.head(writer.streamId))!.leaseUntil, begun + 5000);
      await store.append([{ ...late, seq: 2, events: ["{}"], end: "complete" }]);
      assert.equal((await store.head(writer.streamId))!.leaseUntil, undefined);
    },
  },
  {
    title: "S13: a takeover that says when it is begins a lease of its own: nobody takes over from it at once",
    feature: "leases",
    async run({ store }) {
      const { streamId } = await Writer.open(store);
      const { leaseUntil } = (await store.head(streamId))!;
      await store.takeover(streamId, 1, leaseUntil! + 1000);
      assert.equal((await store.head(streamId))!.leaseUntil, leaseUntil! + 1000 + (leaseUntil! - NOW));
    },
  },
  {
    title: "S13: what has not been heard of for longer than its lease is abandoned, until it ends; the others are not",
    feature: "leases",
    async run({ store }) {
      const [silent, alive, ended] = [await Writer.open(store), await Writer.open(store), await Writer.open(store)];
      await ended.end();
      const { leaseUntil } = (await store.head(silent.streamId))!;
      await store.append([{ ...alive.draft("a"), at: leaseUntil! }]);
      const mine = async (now: number): Promise<string[]> => {
        const ids = [silent, alive, ended].map(({ streamId }) => streamId);
        return (await store.abandoned(now)).map(({ streamId }) => streamId).filter((id) => ids.includes(id));
      };
      assert.deepEqual(await mine(leaseUntil! - 1), []);
      assert.deepEqual(await mine(leaseUntil!), [silent.streamId]);
      assert.deepEqual(await mine(leaseUntil!), [silent.streamId]);
      assert.deepEqual((await mine(NOW + LONG)).toSorted(), [silent.streamId, alive.streamId].toSorted());
      await endByTakeover(store, silent, leaseUntil!);
      assert.deepEqual(await mine(leaseUntil!), []);
    },
  },
  {
    title: "S14: a lease that is renewed lasts from then on, and the writer hears of a cancel by it",
    feature: "renewal",
    async run({ store }) {
      const { streamId } = await Writer.open(store);
      const { leaseUntil } = (await store.head(streamId))!;
      const { ms, renew } = leasesOf(store);
      assert.equal(leaseUntil, NOW + ms);
      assert.deepEqual(await renew(streamId, 1, NOW + 5000), { cancel: false });
      assert.equal((await store.head(streamId))!.leaseUntil, NOW + 5000 + ms);
      assert.ok(!(await isAbandoned(store, streamId, NOW + ms)));
      await store.requestCancel(streamId);
      assert.deepEqual(await renew(streamId, 1, NOW + 6000), { cancel: true });
      assert.ok(await isAbandoned(store, streamId, NOW + 6000 + ms));
    },
  },
  {
    title: "S14: a lease that is released is over at once",
    feature: "renewal",
    async run({ store }) {
      const { streamId } = await Writer.open(store);
      await leasesOf(store).release(streamId, 1, NOW + 3000);
      assert.equal((await store.head(streamId))!.leaseUntil, NOW + 3000);
      assert.ok(await isAbandoned(store, streamId, NOW + 3000));
    },
  },
  {
    title: "S14: nobody renews or releases the lease of another writer, or of a stream that has ended",
    feature: "renewal",
    async run({ store }) {
      const { renew, release } = leasesOf(store);
      const [taken, ended] = [await Writer.open(store), await Writer.open(store)];
      await store.takeover(taken.streamId, 1, NOW + 1000);
      await ended.end();
      const before = await store.head(taken.streamId);
      assert.equal(await renew(taken.streamId, 1, NOW + 9000), undefined);
      await release(taken.streamId, 1, NOW);
      assert.deepEqual(await store.head(taken.streamId), before);
      assert.equal(await renew(ended.streamId, 1, NOW + 9000), undefined);
      await release(ended.streamId, 1, NOW);
      assert.equal((await store.head(ended.streamId))!.leaseUntil, undefined);
      assert.equal(await renew("no-such-stream", 1, NOW), undefined);
      assert.equal(await store.head("no-such-stream"), undefined);
    },
  },
];

function leasesOf({ leases }: Store): Leases {
  return {
    ms: leases!.ms,
    renew: (streamId, epoch, now) => leases!.renew(streamId, epoch, now),
    release: (streamId, epoch, now) => leases!.release(streamId, epoch, now),
  };
}

async function isAbandoned(store: Store, streamId: string, now: number): Promise<boolean> {
  return (await store.abandoned(now)).some((head) => head.streamId === streamId);
}

async function endByTakeover(store: Store, { streamId }: Writer, at: number): Promise<void> {
  const term = (await store.takeover(streamId, 1))!;
  await store.append([{ streamId, ...term, at, events: ["{}"], end: "error" }]);
}
