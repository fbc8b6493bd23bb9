import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { formatOffset, type Offset, parseOffset } from "../../src/protocol/offset.ts";
import { Dynalite } from "../support/dynalite.ts";
import { type HeldPost, HeldReceiver } from "../support/held-receiver.ts";
import { HeadItemLog } from "./dynamodb-head-item.ts";
import { PostFollower } from "./post-follower.ts";

const STORED = { outcome: "stored", cancel: false };
const FENCED = { outcome: "fenced" };
const LIMITS = { tailBytes: 60, inlineBytes: 200 };

let dynalite: Dynalite;
let calls: string[];
let streamId = "";
let streams = 0;
/** Two processes that know of each other by the table alone. */
let one: HeadItemLog;
let two: HeadItemLog;

beforeAll(async () => {
  dynalite = await Dynalite.start();
  await new HeadItemLog(dynalite.client(), "streams", LIMITS).createTable();
});
afterAll(() => dynalite[Symbol.asyncDispose]());

beforeEach(async () => {
  streamId = `stream-${(streams += 1)}`;
  calls = [];
  one = new HeadItemLog(counted(dynalite.client(), calls), "streams", LIMITS);
  two = new HeadItemLog(dynalite.client(), "streams", LIMITS);
  await one.open(streamId, "start", 1);
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

function append(log: HeadItemLog, epoch: number, seq: number, events: string[], end?: "complete") {
  return log.append({ streamId, epoch, seq, at: seq, events, ...(end && { end }) });
}

async function shown(log: HeadItemLog, after?: Offset): Promise<string[] | undefined> {
  return (await log.read(streamId, after))?.map((event) => `${event.seq} ${event.json}`);
}

const at = (epoch: number, seq: number): Offset => ({ epoch, seq });

test("law 1: an append is one call, and its writer's followers read it back without any", async () => {
  calls.length = 0;
  expect(await append(one, 1, 1, ["a", "b"])).toEqual(STORED);
  expect(await append(one, 1, 3, ["c"])).toEqual(STORED);
  expect(await shown(one, at(1, 0))).toEqual(["1 a", "2 b", "3 c"]);
  expect(calls).toEqual(["UpdateItemCommand", "UpdateItemCommand"]);
  expect(await shown(two, at(1, 0))).toEqual(["1 a", "2 b", "3 c"]);
});

test("S7: reads are dense after every seq, over many tails and epochs, and the head stays small", async () => {
  const tokens = Array.from({ length: 40 }, (_, index) => `token-${index + 1}`);
  for (let seq = 1; seq <= 20; seq += 2) await append(one, 1, seq, tokens.slice(seq - 1, seq + 1));
  expect(await two.takeover(streamId, 1)).toEqual(at(2, 21));
  for (let seq = 21; seq <= 40; seq += 1) await append(two, 2, seq, [tokens[seq - 1]!]);
  const whole = ["0 start", ...tokens.map((token, index) => `${index + 1} ${token}`)];
  const reader = new HeadItemLog(dynalite.client(), "streams", LIMITS);
  expect(await shown(reader)).toEqual(whole);
  for (let seq = 0; seq <= 40; seq += 1)
    expect(await shown(reader, at(seq < 21 ? 1 : 2, seq))).toEqual(whole.slice(seq + 1));
  expect((await reader.head(streamId))!.tailFrom).toBeGreaterThan(30);
});

test("law 4: a place outside its epoch's part is not gone on from", async () => {
  await append(one, 1, 1, ["a", "b"]);
  await two.takeover(streamId, 1);
  await append(two, 2, 3, ["c", "d"]);
  expect(await shown(two, at(1, 2))).toEqual(["3 c", "4 d"]);
  for (const place of [at(1, 3), at(2, 2), at(2, 5), at(3, 4)]) expect(await shown(two, place)).toBeUndefined();
});

test("S3, S11: after a takeover the former writer leaves nothing, though it believes the stream its own", async () => {
  await append(one, 1, 1, ["a"]);
  expect(await two.takeover(streamId, 1)).toEqual(at(2, 2));
  expect(await two.takeover(streamId, 1)).toBeUndefined();
  expect(await append(one, 1, 2, ["zombie"])).toEqual(FENCED);
  expect(await append(two, 2, 2, ["b"])).toEqual(STORED);
  expect(await append(one, 1, 2, ["b"])).toEqual(FENCED);
  expect(await append(two, 2, 4, ["hole"])).toEqual(FENCED);
  expect(await shown(two)).toEqual(["0 start", "1 a", "2 b"]);
  expect((await two.head(streamId))!.epochs).toEqual([0, 2]);
});

test("S3: what a zombie copies or puts aside, however late, changes nothing of what the new writer has stored", async () => {
  await append(one, 1, 1, ["a".repeat(20)]);
  const old = one.told(streamId)!;
  await two.takeover(streamId, 1);
  await append(two, 2, 2, ["b".repeat(20)]);
  await append(two, 2, 3, ["c".repeat(50)]);
  await append(two, 2, 4, ["d".repeat(50)]);
  const before = await shown(two);
  expect(before).toHaveLength(5);
  await one.putTail(streamId, old);
  expect(await append(one, 1, 2, ["z".repeat(500)])).toEqual(FENCED);
  expect(await shown(new HeadItemLog(dynalite.client(), "streams", LIMITS))).toEqual(before);
});

test("S5: the same append again is stored once, another one at its place is fenced", async () => {
  await append(one, 1, 1, ["a", "b"]);
  expect(await append(one, 1, 1, ["a", "b"])).toEqual(STORED);
  expect(await one.append({ streamId, epoch: 1, seq: 1, at: 99, events: ["a", "b"] })).toEqual(STORED);
  expect(await append(one, 1, 1, ["a", "x"])).toEqual(FENCED);
  expect(await append(one, 1, 1, ["a", "b"], "complete")).toEqual(FENCED);
  expect(await append(one, 1, 3, ["c"])).toEqual(STORED);
  expect(await shown(two)).toEqual(["0 start", "1 a", "2 b", "3 c"]);
});

test("S4: after the terminal event no append and no takeover counts", async () => {
  expect(await append(one, 1, 1, ["done"], "complete")).toEqual(STORED);
  expect(await append(one, 1, 1, ["done"], "complete")).toEqual(STORED);
  expect(await append(one, 1, 2, ["more"])).toEqual(FENCED);
  expect(await two.takeover(streamId, 1)).toBeUndefined();
  expect(await two.requestCancel(streamId)).toBeUndefined();
});

test("S1: an append above the size of an item is put aside and counts once the head names it, the same one again too", async () => {
  const log = new HeadItemLog(dynalite.client(), "streams", { tailBytes: 8_000, inlineBytes: 300_000 });
  const big = ["é".repeat(200_000), "x".repeat(500_000)];
  expect(await append(log, 1, 1, big)).toEqual(STORED);
  expect(await append(log, 1, 1, big)).toEqual(STORED);
  expect(await append(log, 1, 3, ["b"])).toEqual(STORED);
  expect((await two.read(streamId))!.map((event) => event.json)).toEqual(["start", ...big, "b"]);
});

test("law 6: a cancel from another process comes with the answer to the next append, and is seen by a silent run's look", async () => {
  expect(await append(one, 1, 1, ["a"])).toEqual(STORED);
  expect((await two.requestCancel(streamId))!.state).toBe("running");
  expect((await one.head(streamId))!.cancel).toBe(true);
  expect(await append(one, 1, 2, ["b"])).toEqual({ outcome: "stored", cancel: true });
});

test("law 2: who comes before the end is served by the writer, who comes after it is told so and reads by itself", async () => {
  expect(await two.follow(streamId, "before", "1-0")).toBeDefined();
  calls.length = 0;
  await append(one, 1, 1, ["a"]);
  expect([...one.told(streamId)!.followers]).toEqual([["before", "1-0"]]);
  expect(calls).toEqual(["UpdateItemCommand"]);
  await append(one, 1, 2, ["b"], "complete");
  expect(await two.follow(streamId, "after", "1-0")).toBeUndefined();
  expect(await shown(two, at(1, 0))).toEqual(["1 a", "2 b"]);
});

/** The process that runs the handler: appends, and drives whoever the answers to its appends name. */
class Worker {
  readonly served: Map<string, Promise<boolean>> = new Map();
  readonly #followers: PostFollower[] = [];
  readonly #url: string;
  #seq = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async write(token: string, end?: "complete"): Promise<void> {
    // After the end the head is read once more: who came before it is in it, and nobody can come any more.
    expect(await append(one, 1, (this.#seq += 1), [token], end)).toMatchObject({ outcome: "stored" });
    for (const [id, offset] of (one.told(streamId) ?? (await one.head(streamId))!).followers) {
      if (this.served.has(id)) continue;
      const follower = new PostFollower(this.#log(), parseOffset(offset), (frame) => this.#post(id, frame));
      this.#followers.push(follower);
      this.served.set(id, follower.run());
    }
    for (const follower of this.#followers) follower.wake();
  }

  #log() {
    return {
      isLast: (event: { json: string }) => event.json === ".",
      read: async (after: Offset | undefined) => ({ events: (await one.read(streamId, after))!, epochs: [0] }),
    };
  }

  async #post(id: string, frame: string): Promise<number> {
    const { status } = await fetch(`${this.#url}/${id}`, { method: "POST", body: frame });
    return status;
  }
}

const frameOf = (post: HeldPost) => JSON.parse(post.body) as { seq: number; text: string };

test("law 7: one POST at most is under way; what piled up meanwhile goes out as one, and nothing is lost or doubled", async () => {
  await using receiver = await HeldReceiver.start();
  const worker = new Worker(receiver.url);
  await worker.write("t1 ");
  await two.follow(streamId, "late", formatOffset(1, 0));
  await worker.write("t2 ");
  const first = await receiver.next();
  expect(frameOf(first)).toEqual({ seq: 2, text: "t1 t2 " });

  for (let token = 3; token <= 30; token += 1) await worker.write(`t${token} `);
  first.answer(200);
  const second = await receiver.next();
  const expected = Array.from({ length: 28 }, (_, index) => `t${index + 3} `).join("");
  expect(frameOf(second)).toEqual({ seq: 30, text: expected });

  await worker.write(".", "complete");
  second.answer(200);
  const third = await receiver.next();
  expect(frameOf(third)).toEqual({ seq: 31, text: "." });
  third.answer(200);
  expect(await worker.served.get("late")).toBe(true);
  expect(receiver.mostInFlight).toBe(1);
});

test("law 7: a follower whose POST hangs holds up neither the writer nor another follower, and one that is gone is let go", async () => {
  await using slowReceiver = await HeldReceiver.start();
  await using receiver = await HeldReceiver.start();
  const slow = new PostFollower(
    { isLast: () => false, read: async (after) => ({ events: (await two.read(streamId, after))!, epochs: [0] }) },
    at(1, 0),
    async (body) => (await fetch(slowReceiver.url, { method: "POST", body })).status,
  );
  await append(one, 1, 1, ["t1 "]);
  const slowRun = slow.run();
  const hanging = await slowReceiver.next();

  const other = new PostFollower(
    {
      isLast: (event) => event.json === ".",
      read: async (after) => ({ events: (await two.read(streamId, after))!, epochs: [0] }),
    },
    at(1, 0),
    async (body) => (await fetch(receiver.url, { method: "POST", body })).status,
  );
  const otherRun = other.run();
  (await receiver.next()).answer(200);
  await append(one, 1, 2, ["."], "complete");
  other.wake();
  const last = await receiver.next();
  expect(frameOf(last)).toEqual({ seq: 2, text: "." });
  last.answer(200);
  expect(await otherRun).toBe(true);

  hanging.answer(410);
  expect(await slowRun).toBe(false);
});

test("H4: a follower that leaves is in no later answer", async () => {
  await two.follow(streamId, "leaves", "1-0");
  await two.follow(streamId, "stays", "1-0");
  await two.unfollow(streamId, "leaves");
  await append(one, 1, 1, ["a"]);
  expect([...one.told(streamId)!.followers.keys()]).toEqual(["stays"]);
});
