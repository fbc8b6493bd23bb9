import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { RecordKey, Records } from "../../records.ts";
import { register, type TestRunner } from "./runner.ts";

export interface RecordsSuite {
  /** Names the implementation in the titles. */
  readonly name: string;
  /** Gives records to one case alone; the suite closes them. May share their back end with others. */
  open(): Promise<Records>;
  /** Closes them and opens them again on what they kept; a text says why that cannot be. */
  readonly reopen: ((records: Records) => Promise<Records>) | string;
}

const NOW = 1_000_000_000_000;

/** Registers the conformance suite of the records contract: every law by its number. */
export function describeRecords(runner: TestRunner, suite: RecordsSuite): void {
  const on = (run: (records: Records, key: RecordKey) => Promise<void>) => async (): Promise<void> => {
    const records = await suite.open();
    try {
      await run(records, keyOf());
    } finally {
      await records.close();
    }
  };
  runner.describe(`${suite.name} records`, () => {
    for (const [title, run] of CASES) register(runner, title, on(run));
    const { reopen } = suite;
    const survives = async (): Promise<void> => {
      const records = await suite.open();
      const key = keyOf();
      await records.put(key, { text: "kept é 漢" }, { now: NOW });
      await records.put(key, { text: "kept twice" }, { now: NOW + 1 });
      const reopened = await (reopen as (records: Records) => Promise<Records>)(records);
      assert.deepEqual(await reopened.get(key), {
        id: key.id,
        version: 2,
        createdAt: NOW,
        value: { text: "kept twice" },
      });
      await reopened.close();
    };
    const reason = typeof reopen === "string" ? reopen : undefined;
    register(runner, "R2: reopening keeps every acknowledged put", survives, reason);
  });
}

type Case = readonly [title: string, run: (records: Records, key: RecordKey) => Promise<void>];

const CASES: readonly Case[] = [
  [
    "R1: a document is found under its collection, owner and id only",
    async (records, key) => {
      await records.put(key, { secret: 1 }, { now: NOW });
      const others = [
        { ...key, owner: "bob" },
        { ...key, owner: "" },
        { ...key, collection: `${key.collection}-2` },
        { ...key, id: "another" },
        { collection: key.collection, owner: `${key.owner}${key.id}`, id: "" },
      ];
      for (const other of others) {
        assert.equal(await records.get(other), undefined);
        assert.equal(await records.delete(other), false);
      }
      const { collection } = key;
      assert.deepEqual(await records.list({ collection, owner: "bob", limit: 10 }), { items: [] });
      assert.equal((await records.get(key))?.version, 1);
    },
  ],
  [
    "R1: documents of two owners with the same id are two",
    async (records, key) => {
      const theirs = { ...key, owner: "bob" };
      await records.put(key, { whose: "mine" }, { now: NOW });
      await records.put(theirs, { whose: "theirs" }, { now: NOW });
      assert.equal(await records.delete(theirs), true);
      assert.deepEqual((await records.get(key))?.value, { whose: "mine" });
    },
  ],
  [
    "R2: a put is read by every later get, its value as it was given",
    async (records, key) => {
      const value = { text: 'é 漢 🜁 \n " \\', list: [1, null, true, { deep: [] }], number: 1.5e-7, empty: {} };
      const put = await records.put(key, value, { now: NOW });
      assert.deepEqual(put, { id: key.id, version: 1, createdAt: NOW, value });
      assert.deepEqual(await records.get(key), put);
    },
  ],
  [
    "R2: what a caller changes in a value afterwards does not reach the document",
    async (records, key) => {
      const value = { list: [1] };
      const put = await records.put(key, value, { now: NOW });
      value.list.push(2);
      (put.value["list"] as number[]).push(3);
      assert.deepEqual((await records.get(key))?.value, { list: [1] });
    },
  ],
  [
    "R3: each put raises the version by one and keeps the time of creation; after a delete it begins anew",
    async (records, key) => {
      await records.put(key, { turn: 1 }, { now: NOW });
      const second = await records.put(key, { turn: 2 }, { now: NOW + 5 });
      assert.deepEqual([second.version, second.createdAt, second.value], [2, NOW, { turn: 2 }]);
      assert.equal(await records.delete(key), true);
      assert.equal(await records.delete(key), false);
      assert.equal(await records.get(key), undefined);
      const anew = await records.put(key, { turn: 3 }, { now: NOW + 9 });
      assert.deepEqual([anew.version, anew.createdAt], [1, NOW + 9]);
    },
  ],
  [
    "R3: a put stores only where the version is the one that it expects, 0 for none",
    async (records, key) => {
      const conflict = { code: "conflict" };
      await assert.rejects(records.put(key, { turn: 1 }, { now: NOW, ifVersion: 1 }), conflict);
      assert.equal(await records.get(key), undefined);
      await records.put(key, { turn: 1 }, { now: NOW, ifVersion: 0 });
      await assert.rejects(records.put(key, { turn: 2 }, { now: NOW, ifVersion: 0 }), conflict);
      await records.put(key, { turn: 2 }, { now: NOW, ifVersion: 1 });
      await assert.rejects(records.put(key, { turn: 3 }, { now: NOW, ifVersion: 1 }), conflict);
      assert.deepEqual((await records.get(key))?.value, { turn: 2 });
    },
  ],
  [
    "R3: of two puts that expect the same version exactly one is stored",
    async (records, key) => {
      await records.put(key, { turn: 0 }, { now: NOW });
      const puts = [1, 2].map((turn) => records.put(key, { turn }, { now: NOW, ifVersion: 1 }));
      const settled = await Promise.allSettled(puts);
      assert.deepEqual(settled.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
      const winner = settled.findIndex(({ status }) => status === "fulfilled") + 1;
      assert.deepEqual(await records.get(key), { id: key.id, version: 2, createdAt: NOW, value: { turn: winner } });
    },
  ],
  [
    "R5: a document that expires is like any other until then, and one put anew need not expire",
    async (records, key) => {
      const put = await records.put(key, { turn: 1 }, { now: NOW, expiresAt: NOW + 1000 });
      assert.deepEqual(await records.get(key), put);
      const { collection, owner } = key;
      assert.deepEqual(await records.list({ collection, owner, limit: 10 }), { items: [put] });
      const again = await records.put(key, { turn: 2 }, { now: NOW + 500, ifVersion: 1 });
      assert.deepEqual(again, { ...put, version: 2, value: { turn: 2 } });
    },
  ],
  [
    "R4: a list is ordered by creation, newest first, whatever was put since",
    async (records, { collection, owner }) => {
      for (const [index, id] of ["b", "c", "a"].entries()) {
        await records.put({ collection, owner, id }, { index }, { now: NOW + index });
      }
      await records.put({ collection, owner, id: "b" }, { index: 9 }, { now: NOW + 9 });
      const { items, nextCursor } = await records.list({ collection, owner, limit: 3 });
      assert.deepEqual(
        items.map(({ id }) => id),
        ["a", "c", "b"],
      );
      assert.equal(nextCursor, undefined);
    },
  ],
  [
    "R4: a cursor goes on where its page ended whatever was added or removed since, also among equals in time",
    async (records, { collection, owner }) => {
      const at = (id: string): RecordKey => ({ collection, owner, id });
      for (const [index, id] of ["1.x", "2/y", "3 z", "4é", "5", "6"].entries()) {
        await records.put(at(id), {}, { now: NOW + (index >> 1) });
      }
      const first = await records.list({ collection, owner, limit: 2 });
      assert.deepEqual(
        first.items.map(({ id }) => id),
        ["6", "5"],
      );
      await records.put(at("7"), {}, { now: NOW + 100 });
      await records.delete(at("5"));
      await records.delete(at("3 z"));
      const second = await records.list({ collection, owner, limit: 2, cursor: first.nextCursor! });
      assert.deepEqual(
        second.items.map(({ id }) => id),
        ["4é", "2/y"],
      );
      const third = await records.list({ collection, owner, limit: 2, cursor: second.nextCursor! });
      assert.deepEqual(
        third.items.map(({ id }) => id),
        ["1.x"],
      );
      assert.equal(third.nextCursor, undefined);
    },
  ],
  [
    "law 11: a cursor that no list gave is bad_request",
    async (records, { collection, owner }) => {
      await assert.rejects(records.list({ collection, owner, limit: 2, cursor: "rubbish" }), { code: "bad_request" });
    },
  ],
];

/** A key in a collection of its own, so that suites may share one back end. */
function keyOf(): RecordKey {
  return { collection: `collection-${randomUUID()}`, owner: "ann", id: "card" };
}
