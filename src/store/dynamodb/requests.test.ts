import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Dynalite } from "../../../test/support/dynalite.ts";
import type { Store } from "../../store.ts";
import { NOW, START, Writer, newStream } from "../../testing/conformance/store/fixture.ts";
import { type DynamoBackend, createTable, dynamodb } from "../dynamodb.ts";
import { failingFrom, losingAnswers } from "./test-support/clients.ts";

const table = "sluice";
let dynalite: Dynalite;

beforeAll(async () => {
  dynalite = await Dynalite.start();
  await createTable(dynalite.client(), table);
});
afterAll(() => dynalite[Symbol.asyncDispose]());

const open = (client: DynamoDBClient = dynalite.client()): Promise<DynamoBackend> => dynamodb({ table, client });

describe("requests, and what breaks in between", () => {
  let store: Store;
  beforeEach(async () => (store = (await open()).store));

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

  it("S9: a cancel that came early is told once, also where its answer was lost", async () => {
    const stream = newStream({ requestId: "r" });
    await store.rememberCancel(stream.scope, "r", NOW + 10_000);
    const { store: losing } = await open(losingAnswers(dynalite.client()));
    expect(await losing.open(stream, START)).toMatchObject({ created: true, cancelled: true });
    expect((await store.head(stream.streamId))!.cancelRequested).toBe(true);
    expect(await losing.open(stream, START)).toMatchObject({ created: false, cancelled: false });
  });

  it.each([
    ["", (client: DynamoDBClient) => client],
    [", and where its answer was lost", losingAnswers],
  ])("S9, S10: a cancel is not told again where the erasure of its stream was cut short%s", async (_, through) => {
    const { scope } = newStream();
    await store.rememberCancel(scope, "r", NOW + 10_000);
    const writer = await Writer.open(store, { scope, requestId: "r" });
    expect((await store.head(writer.streamId))!.cancelRequested).toBe(true);
    await writer.end();
    const { store: dying } = await open(failingFrom("DeleteItemCommand", dynalite.client()));
    await expect(dying.erase(writer.streamId, NOW + 1000)).rejects.toThrow("cut");

    const { store: next } = await open(through(dynalite.client()));
    const opened = await next.open(newStream({ scope, requestId: "r" }), START);
    expect(opened).toMatchObject({ created: true, cancelled: false, head: { cancelRequested: false } });
  });
});
