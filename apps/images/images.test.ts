import type { JsonObject } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, converse, post, upload } from "./testing/asking.ts";
import { type ImagesServer, startImages } from "./testing/images-server.ts";
import { type Picture, jpg, pictures, png } from "./testing/pictures.ts";

let lab: ImagesServer;
beforeAll(async () => {
  lab = await startImages();
});
afterAll(() => lab[Symbol.asyncDispose]());

type Way = (picture: Picture) => Promise<JsonObject>;

const inline: Way = async ({ bytes, mediaType }) => ({ image: bytes.toString("base64"), mediaType });
const byUpload: Way = async ({ bytes, mediaType }) => {
  const { status, body } = await upload(lab.url, bytes, mediaType);
  expect(status).toBe(201);
  return { uploadId: body["uploadId"]! };
};
const ways: readonly (readonly [string, Way])[] = [
  ["inline", inline],
  ["by upload", byUpload],
];

/** Exactly the frames of section 4: start, chunks, and a complete that holds all of them. */
function expectExchange(frames: readonly JsonObject[], picture: Picture): void {
  const streamId = frames[0]!["streamId"];
  expect(frames[0]).toEqual({ type: "start", streamId: expect.any(String), offset: expect.any(String) });
  const chunks = frames.slice(1, -1);
  expect(chunks.length).toBeGreaterThan(0);
  for (const frame of chunks) {
    expect(frame).toEqual({ type: "chunk", content: expect.any(String), streamId, offset: expect.any(String) });
  }
  const content = chunks.map((frame) => String(frame["content"])).join("");
  expect(frames.at(-1)).toEqual({ type: "complete", content, streamId, offset: expect.any(String) });
  expect(content).toContain(`${picture.width} pixels wide and ${picture.height} pixels high`);
}

describe.each(ways)("an image %s (seed 000, DESIGN section 4)", (way, message) => {
  test.each(pictures)("$name on a WebSocket: start, chunks, complete", async (picture) => {
    expectExchange(await converse(lab.url, { action: "processImage", ...(await message(picture)) }), picture);
  });

  test.each(pictures)("$name over SSE: the same objects, each under its offset", async (picture) => {
    const response = await post(lab.url, await message(picture), { Accept: "text/event-stream" });
    const blocks = (await response.text()).split("\n\n").filter((block) => block.includes("data: "));
    const frames = blocks.map((block) => JSON.parse(/^data: (.*)$/m.exec(block)![1]!) as JsonObject);
    expectExchange(frames, picture);
    expect(blocks.map((block) => /^id: (.*)$/m.exec(block)![1])).toEqual(frames.map(({ offset }) => offset));
  });

  test.each(pictures)("$name over REST: the complete object", async (picture) => {
    const { status, body } = await ask(lab.url, await message(picture));
    expect(status).toBe(200);
    expect(body).toMatchObject({ type: "complete", content: expect.stringContaining(`${picture.width} pixels wide`) });
  });

  test("the prompt decides what is said", async () => {
    const { body } = await ask(lab.url, { ...(await message(png)), prompt: "Which colours?" });
    expect(body["content"]).toMatch(/^Its main colours are red \(75%\) and white \(25%\)\./);
  });

  test("the model gets the very bytes with their format, and then the prompt", async () => {
    const before = lab.emulator.calls.length;
    await ask(lab.url, { ...(await message(jpg)), prompt: "Size?" });
    expect(lab.emulator.calls.slice(before).map(({ body }) => body["messages"])).toEqual([
      [
        {
          role: "user",
          content: [{ image: { format: "jpeg", source: { bytes: jpg.bytes.toString("base64") } } }, { text: "Size?" }],
        },
      ],
    ]);
  });

  test("the stream holds the answer, and nothing of the image", async () => {
    const headers = { "Idempotency-Key": "request-1", "Sluice-Session": `session ${way}` };
    const { body } = await ask(lab.url, await message(png), headers);
    const { store } = lab.server.engine;
    const streamId = String(body["streamId"]);
    const stored = JSON.stringify([await store.head(streamId), await store.read(streamId, undefined, 1_000_000)]);
    expect(stored).toContain("request-1");
    expect(stored).toContain("pixels wide");
    expect(stored).not.toContain(png.bytes.toString("base64").slice(0, 40));
    expect(stored).not.toContain("uploadId");
  });
});

describe("POST /images/uploads", () => {
  test.each(pictures)("$name: 201 with what the bytes say", async ({ bytes, mediaType, width, height }) => {
    expect(await upload(lab.url, bytes, mediaType)).toEqual({
      status: 201,
      body: { uploadId: expect.stringMatching(/^[\w-]{22}$/), mediaType, bytes: bytes.length, width, height },
    });
  });

  test("one upload serves many requests", async () => {
    const message = await byUpload(png);
    for (let round = 0; round < 2; round += 1) expect((await ask(lab.url, message)).status).toBe(200);
  });
});

test("law 6: a cancel ends the answer with its receipt", async () => {
  await using slow = await startImages({ pace: { firstTokenMs: 0, tokensPerSecond: 0.5 } });
  const started = await ask(slow.url, await inline(png), { Prefer: "respond-async" });
  const stream = `${slow.url}/streams/${String(started.body["streamId"])}`;
  const cancelled = await fetch(`${stream}/cancel`, { method: "POST" });
  expect(cancelled.ok).toBe(true);
  const events = await (await fetch(`${stream}?offset=`, { headers: { Accept: "text/event-stream" } })).text();
  expect(events).toContain('"type":"cancelled"');
});
