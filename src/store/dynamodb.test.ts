import { DescribeTableCommand, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Dynalite } from "../../test/support/dynalite.ts";
import { describeRecords } from "../testing/conformance/records.ts";
import { describeRoster } from "../testing/conformance/roster.ts";
import { type StoreSuite, describeStore } from "../testing/conformance/store.ts";
import { describeStoreAgreement } from "../testing/conformance/store-agreement.ts";
import type { Store } from "../store.ts";
import { NOW, START, Writer, delta, newStream, readAll } from "../testing/conformance/store/fixture.ts";
import { memoryStore } from "./memory.ts";
import { TABLE, type DynamoBackend, createTable, dynamodb } from "./dynamodb.ts";

const runner = { describe, it };
const STORED = { outcome: "stored", cancel: false };
const table = "sluice";
let dynalite: Dynalite;

beforeAll(async () => {
  dynalite = await Dynalite.start();
  await createTable(dynalite.client(), table);
});
afterAll(() => dynalite[Symbol.asyncDispose]());

const open = (client: DynamoDBClient = dynalite.client()): Promise<DynamoBackend> => dynamodb({ table, client });

const suite: StoreSuite = {
  name: "dynamodb",
  open: async () => (await open()).store,
  reopen: async () => (await open()).store,
  leases: true,
};
describeStore(runner, suite);
describeStoreAgreement(runner, fc, { ...suite, model: memoryStore, runs: 60 });
describeRecords(runner, {
  name: "dynamodb",
  open: async () => (await open()).records,
  reopen: async () => (await open()).records,
});
describeRoster(runner, {
  name: "dynamodb",
  open: (clock) => dynamodb({ table, client: dynalite.client(), clock }),
});

describe("what breaks in between", () => {
  let store: Store;
  beforeEach(async () => (store = (await open()).store));

  it("S3: what a zombie copies or puts aside, however late, changes nothing of what the new writer has stored", async () => {
    const zombie = await Writer.open(store);
    await zombie.write("a".repeat(4000));
    const other = (await open()).store;
    const term = (await other.takeover(zombie.streamId, 1))!;
    const { streamId } = zombie;
    for (let seq = term.seq; seq < term.seq + 5; seq += 1) {
      const events = [delta(`${seq}`.repeat(1500))];
      expect(await other.append([{ streamId, epoch: 2, seq, at: NOW, events }])).toEqual([STORED]);
    }
    const before = await readAll((await open()).store, streamId);
    expect(before).toHaveLength(7);
    for (const size of [2000, 600_000]) {
      expect(await store.append([zombie.draft("z".repeat(size))])).toEqual([{ outcome: "fenced" }]);
    }
    expect(await readAll((await open()).store, streamId)).toEqual(before);
    expect(await readAll(store, streamId)).toEqual(before);
  });

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

  it("S8: a start event above the size of an item opens its stream all the same", async () => {
    const start = JSON.stringify({ type: "start", route: "stream", echo: "e".repeat(900_000) });
    const stream = newStream({ requestId: "r" });
    expect((await store.open(stream, start)).created).toBe(true);
    expect((await store.read(stream.streamId, undefined, 10))[0]!.json).toBe(start);
  });

  it("S8: the answers to all writes of an open may be lost: asked again by the SDK, it made one stream", async () => {
    const { store } = await open(losingAnswers(dynalite.client()));
    for (const requestId of [undefined, "r"]) {
      const stream = newStream(requestId === undefined ? {} : { requestId });
      expect(await store.open(stream, START)).toMatchObject({ created: true, head: { streamId: stream.streamId } });
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

  it("S8: a process that dies between a request's item and its stream's head blocks nobody", async () => {
    const stream = newStream({ requestId: "r" });
    const { store: dying } = await open(failingFrom("PutItemCommand", dynalite.client()));
    await expect(dying.open(stream, START)).rejects.toThrow("cut");
    expect(await store.head(stream.streamId)).toBeUndefined();
    const again = await store.open(newStream({ scope: stream.scope, requestId: "r" }), START);
    expect([again.created, again.head.streamId]).toEqual([false, stream.streamId]);
    expect((await store.abandoned(NOW + 15_000)).map(({ streamId }) => streamId)).toContain(stream.streamId);
  });

  it("S9: of a cancel and an open at the same time, one always finds the other", async () => {
    for (let round = 0; round < 20; round += 1) {
      const stream = newStream({ requestId: "r" });
      const other = (await open()).store;
      const opening = store.open(stream, START);
      await other.rememberCancel(stream.scope, "r", NOW + 10_000);
      const { cancelled } = await opening;
      expect([cancelled, (await store.head(stream.streamId))!.cancelRequested]).toEqual([cancelled, true]);
    }
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

describe("what it costs", () => {
  let calls: string[];
  let backend: DynamoBackend;

  beforeEach(async () => {
    calls = [];
    backend = await open(counted(dynalite.client(), calls));
  });

  /** The commands that go out meanwhile. */
  async function during(work: () => Promise<unknown>): Promise<string[]> {
    calls.length = 0;
    await work();
    return [...calls];
  }

  it("an append is one update, and reading it back where it was written is no call", async () => {
    const writer = await Writer.open(backend.store);
    await writer.write("a");
    expect(await during(() => writer.write("b", "c"))).toEqual(["UpdateItemCommand"]);
    expect(await during(() => backend.store.read(writer.streamId, { epoch: 1, seq: 1 }, 1000))).toEqual([]);
  });

  it("a request is opened by two writes, a stream without one by one", async () => {
    const stream = newStream({ requestId: "r" });
    expect(await during(() => backend.store.open(stream, START))).toEqual(["UpdateItemCommand", "PutItemCommand"]);
    expect(await during(() => backend.store.open(newStream(), START))).toEqual(["PutItemCommand"]);
  });

  it("a look is one call, a read as long as the lease is young", async () => {
    const writer = await Writer.open(backend.store);
    await writer.write("a");
    expect(await during(() => backend.roster.look(writer.streamId, 1, NOW))).toEqual(["GetItemCommand"]);
    expect(await during(() => backend.roster.look(writer.streamId, 1, NOW + 10_000))).toEqual(["UpdateItemCommand"]);
    expect(await during(() => backend.roster.look(writer.streamId, 1, NOW + 10_000))).toEqual(["GetItemCommand"]);
  });

  it("a page of the running streams does not read those that have ended", async () => {
    const { scope } = newStream();
    const running = await Writer.open(backend.store, { scope });
    for (let count = 1; count <= 30; count += 1) {
      await (await Writer.open(backend.store, { scope, createdAt: NOW + count })).end();
    }
    const query = { app: "suite", scope, state: "running", limit: 2 } as const;
    const listing = (): Promise<unknown> =>
      backend.store.list(query).then(({ heads }) => expect(heads[0]!.streamId).toBe(running.streamId));
    expect(await during(listing)).toEqual(["QueryCommand", "BatchGetItemCommand"]);
  });

  it("the head stays small, however long the stream", async () => {
    const writer = await Writer.open(backend.store);
    for (let round = 0; round < 60; round += 1) await writer.write("x".repeat(1000));
    await writer.write("y".repeat(900_000));
    const item = await backend.store.head(writer.streamId);
    expect(item!.seq).toBe(61);
    expect(await readAll(backend.store, writer.streamId)).toEqual(writer.acknowledged);
    expect(await readAll((await open()).store, writer.streamId, 5000)).toEqual(writer.acknowledged);
  });
});

it("whatever ends has a time at which the table itself may remove it", async () => {
  const client = dynalite.client();
  const table = "alone";
  await createTable(client, table);
  const { store, records } = await dynamodb({ table, client });
  await records.put({ collection: "c", owner: "ttl", id: "i" }, {}, { now: NOW, expiresAt: NOW + 1500 });
  await store.rememberCancel("ttl", "r", NOW);
  const writer = await Writer.open(store, { requestId: "r" });
  for (let round = 0; round < 5; round += 1) await writer.write("x".repeat(3000));
  await writer.write("y".repeat(50_000));
  const { Items } = await client.send(new ScanCommand({ TableName: table }));
  const lasting = Items!.filter(({ ttl }) => ttl === undefined).map(({ pk }) => pk!.S!);
  expect(lasting).toEqual([]);
  expect(Items!.length).toBeGreaterThan(5);
  expect(Items!.map(({ ttl }) => ttl?.N)).toContain(String(NOW / 1000 + 2));
});

it("the table is made as its definition says", async () => {
  const { Table } = await dynalite.client().send(new DescribeTableCommand({ TableName: table }));
  expect(Table!.KeySchema!.map(({ AttributeName }) => AttributeName)).toEqual([...TABLE.keys]);
  const names = Table!.GlobalSecondaryIndexes!.map(({ IndexName }) => IndexName).toSorted();
  expect(names).toEqual(TABLE.indexes.map(({ name }) => name));
});

/** Notes the name of each command that goes out. */
function counted(client: DynamoDBClient, names: string[]): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => (command) => {
      names.push(String(context["commandName"]));
      return next(command);
    },
    { step: "initialize" },
  );
  return client;
}

/** Sends each write twice, as the SDK does where the answer to the first was lost. */
function losingAnswers(client: DynamoDBClient): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (command) => {
      if (/^(Put|Update)Item/.test(String(context["commandName"]))) await next(command);
      return next(command);
    },
    { step: "initialize" },
  );
  return client;
}

/** Refuses one kind of command before it goes out. */
function failingFrom(name: string, client: DynamoDBClient): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (command) => {
      if (context["commandName"] === name) throw new Error("cut");
      return next(command);
    },
    { step: "initialize" },
  );
  return client;
}
