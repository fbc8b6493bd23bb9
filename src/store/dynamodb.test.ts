import {
  type BatchGetItemCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Dynalite } from "../../test/support/dynalite.ts";
import { describeRecords } from "../testing/conformance/records.ts";
import { describeRoster } from "../testing/conformance/roster.ts";
import { type StoreSuite, describeStore } from "../testing/conformance/store.ts";
import { describeStoreAgreement } from "../testing/conformance/store-agreement.ts";
import { NOW, START, Writer, newStream, readAll } from "../testing/conformance/store/fixture.ts";
import { memoryStore } from "./memory.ts";
import { counted } from "./dynamodb/test-support/clients.ts";
import { headKey } from "./dynamodb/keys.ts";
import { TableClient } from "./dynamodb/table-client.ts";
import { TABLE, type DynamoBackend, createTable, dynamodb } from "./dynamodb.ts";

const runner = { describe, it };
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
  leases: "by roster",
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

  it("what is known of a stream that is written here is given up with its lease", async () => {
    const silent = await Writer.open(backend.store);
    await silent.write("a");
    const read = (): Promise<unknown> => backend.store.read(silent.streamId, undefined, 1000);
    const busy = await Writer.open(backend.store);
    await busy.send({ ...busy.draft("b"), at: NOW + 15_000 });
    expect(await during(read)).toEqual([]);
    await busy.send({ ...busy.draft("c"), at: NOW + 15_001 });
    expect(await during(read)).toEqual(["GetItemCommand"]);
  });

  it("items that the service had no room for are asked for again, ever later, and not for ever", async () => {
    const client = dynalite.client();
    let refusals = 3;
    client.middlewareStack.add(
      (next) => async (command) => {
        if (refusals === 0) return next(command);
        refusals -= 1;
        const { RequestItems } = command.input as BatchGetItemCommandInput;
        return { response: {}, output: { $metadata: {}, Responses: {}, UnprocessedKeys: RequestItems } };
      },
      { step: "initialize" },
    );
    const pauses: number[] = [];
    const db = new TableClient(client, table, async (ms) => void pauses.push(ms));
    const { streamId } = await Writer.open(backend.store);
    expect(await db.getAll([headKey(streamId)])).toHaveLength(1);
    expect(pauses).toHaveLength(3);
    for (const [index, most] of [50, 100, 200].entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(most / 2);
      expect(pauses[index]).toBeLessThanOrEqual(most);
    }
    refusals = Number.POSITIVE_INFINITY;
    await expect(db.getAll([headKey(streamId)])).rejects.toThrow("unread");
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
