import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { createClient } from "sluice/client";
import type { Event } from "sluice/protocol";
import { serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { redis } from "sluice/store/redis";
import { disorder, textOf } from "../support/frames.ts";
import { EventStream, posted, request } from "../support/http-client.ts";
import { sharedRedis, twoNodes } from "../support/on-nodes.ts";
import { proof } from "../support/proof-app.ts";
import { SocketClient } from "../support/socket-client.ts";

/** Written by a newer release: two events that this one does not know, and a head with a field of its own. */
async function newer(prefix: string, session: string, url: string): Promise<string> {
  const { body } = await request(`${url}/proof/tokens?session=${session}`, posted({ count: 1 }));
  const shared = (await sharedRedis()).url;
  const { store, close } = await redis({ url: shared, prefix });
  const streamId = randomUUID();
  try {
    const { app, route, owner, scope, retentionMs } = (await store.head(body.streamId!))!;
    const at = Date.now();
    await store.open(
      { streamId, app, route, owner, scope, retentionMs, createdAt: at, requestId: "newer" },
      JSON.stringify({ type: "start", route, requestId: "newer", mood: "bright" }),
    );
    const events = [
      { type: "text-delta", text: "before ", voice: "low" },
      { type: "hologram", depth: 3 },
      { type: "text-delta", text: "after" },
      { type: "hologram", text: "not a part of the answer" },
      { type: "complete", text: "before after", result: { count: 2 }, mood: "bright" },
    ].map((event) => JSON.stringify(event));
    const appended = await store.append([{ streamId, epoch: 1, seq: 1, at, events, end: "complete" }]);
    expect(appended).toMatchObject([{ outcome: "stored" }]);
  } finally {
    await close();
  }
  const looker = new Redis(shared);
  const heads = [];
  for (const key of await looker.keys(`${prefix}*${streamId}*`)) {
    if ((await looker.type(key)) === "hash") heads.push(key);
  }
  for (const key of heads) await looker.hset(key, "hologram", "on");
  expect(heads.length).toBeGreaterThan(0);
  looker.disconnect();
  return streamId;
}

describe("two releases on one Redis", () => {
  it("events of an unknown type are skipped by every reader, and a head with unknown fields is read", async () => {
    const prefix = `${randomUUID()}:`;
    await using nodes = await twoNodes(
      (store) => serve({ proof }, { store, source: iterable(() => []), port: 0, signals: false }),
      { prefix },
    );
    const session = "releases-0123456789abcdef";
    const streamId = await newer(prefix, session, nodes.url);
    const at = `${nodes.url}/proof/streams/${streamId}`;

    await using socket = await SocketClient.open(`${nodes.wsUrl}/proof?session=${session}`);
    socket.send({ action: "resume", streamId });
    await using events = await EventStream.open(at);
    expect(await events.ended).toBe(true);
    for (const frames of [await socket.log.whole(streamId), events.frames]) {
      expect(disorder(frames)).toEqual([]);
      expect(textOf(frames)).toBe("before after");
      expect(new Set(frames.map(({ type }) => type))).toEqual(new Set(["start", "stream_chunk", "stream_complete"]));
      expect(frames.at(-1)).toMatchObject({ fullContent: "before after", result: { count: 2 }, offset: "1-5" });
    }

    // From behind an event that it does not know, and from one that it does.
    for (const [offset, text] of [
      ["1-2", "after"],
      ["1-1", "after"],
      ["1-3", ""],
    ] as const) {
      await using later = await EventStream.open(`${at}?offset=${offset}`);
      expect(await later.ended).toBe(true);
      expect([offset, textOf(later.frames), later.frames.at(-1)!.offset]).toEqual([offset, text, "1-5"]);
    }

    const client = createClient({ url: `${nodes.url}/proof`, session });
    const seen: Event[] = [];
    for await (const event of client.follow(streamId)) seen.push(event);
    const told = seen.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
    expect([told, seen.at(-1)]).toMatchObject(["before after", { type: "complete", text: "before after" }]);
    expect(client.stats).toMatchObject({ gaps: 0, duplicates: 0 });
    client.close();

    expect((await request(at)).body).toMatchObject({ state: "complete", text: "before after" });
    const list = await request(`${nodes.url}/proof/streams?session=${session}`);
    expect(list.body["items"]).toContainEqual(expect.objectContaining({ streamId, state: "complete" }));
  });
});
