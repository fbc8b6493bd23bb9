import { FakeClock } from "sluice/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UPLOAD_KEEP_MS } from "./limits.ts";
import { ask, converse, upload } from "./testing/asking.ts";
import { type ImagesServer, startImages } from "./testing/images-server.ts";
import { gif, jpg, png, pngThatClaims } from "./testing/pictures.ts";

let lab: ImagesServer;
beforeAll(async () => {
  lab = await startImages();
});
afterAll(() => lab[Symbol.asyncDispose]());

const base64 = (bytes: Buffer): string => bytes.toString("base64");
const whole = { image: base64(png.bytes), mediaType: "image/png" };
const error = (code: string, text = ""): object => ({ type: "error", code, message: expect.stringContaining(text) });

/** The caller's streams. */
async function streamsOf({ url }: ImagesServer, headers: Record<string, string>): Promise<unknown> {
  const list = (await (await fetch(`${url}/streams`, { headers })).json()) as { items: unknown };
  return list.items;
}

describe("law 11: a bad request is bad_request, stores nothing and calls no model", () => {
  test.each<readonly [string, object, string]>([
    ["neither image nor uploadId", { prompt: "x" }, "exactly one"],
    ["both image and uploadId", { ...whole, uploadId: "x" }, "exactly one"],
    ["an image without mediaType", { image: whole.image }, "mediaType"],
    ["an empty image", { ...whole, image: "" }, "image"],
    ["an image that is no text", { ...whole, image: 7 }, "image"],
    ["no base64", { ...whole, image: "not base64!" }, "base64"],
    ["a data URL", { ...whole, image: `data:image/png;base64,${whole.image}` }, "base64"],
    ["base64 with line breaks", { ...whole, image: whole.image.replace(/.{76}/g, "$&\n") }, "base64"],
    ["base64url", { ...whole, image: "_-__" }, "base64"],
    ["base64 without its padding", { ...whole, image: Buffer.from("PNG!").toString("base64url") }, "base64"],
    ["no image", { ...whole, image: base64(Buffer.from("A text of some length")) }, "no PNG"],
    ["an SVG", { image: base64(Buffer.from("<svg/>")), mediaType: "image/svg+xml" }, "no PNG"],
    ["a type that the bytes do not have", { ...whole, mediaType: "image/jpeg" }, "image/png"],
    ["a truncated PNG", { ...whole, image: base64(png.bytes.subarray(0, -20)) }, "not whole"],
    ["a truncated JPEG", { image: base64(jpg.bytes.subarray(0, -20)), mediaType: jpg.mediaType }, "not whole"],
    ["a bomb of 60,000 × 60,000 pixels", { ...whole, image: base64(pngThatClaims(60_000, 60_000)) }, "8000"],
    ["an empty uploadId", { uploadId: "" }, "uploadId"],
    ["a prompt of 20,001 characters", { ...whole, prompt: "x".repeat(20_001) }, "prompt"],
    ["a prompt that is no text", { ...whole, prompt: 1 }, "prompt"],
  ])("%s", async (name, message, text) => {
    const calls = lab.emulator.calls.length;
    const headers = { "Sluice-Session": `bad ${name}` };
    expect(await ask(lab.url, message, headers)).toEqual({ status: 400, body: error("bad_request", text) });
    expect(
      await converse(`${lab.url}?session=${encodeURIComponent(`bad ${name}`)}`, { action: "processImage", ...message }),
    ).toEqual([error("bad_request", text)]);
    const list = await (await fetch(`${lab.url}/streams`, { headers })).json();
    expect(list).toEqual({ items: [] });
    expect(lab.emulator.calls.length).toBe(calls);
  });

  test("the same without its fault is taken", async () => {
    expect((await ask(lab.url, whole)).status).toBe(200);
  });

  test("an inline image above the limit of a body is payload_too_large", async () => {
    const image = Buffer.concat([png.bytes, Buffer.alloc(1_000_000)]);
    expect(await ask(lab.url, { ...whole, image: base64(image) })).toEqual({
      status: 413,
      body: error("payload_too_large"),
    });
  });
});

describe("law 11: a bad upload is refused, and nothing is kept of it", () => {
  test.each<readonly [string, Buffer, string | undefined, number, string]>([
    ["no content type", png.bytes, undefined, 415, "unsupported_media_type"],
    ["a content type that is no image", png.bytes, "application/octet-stream", 415, "unsupported_media_type"],
    ["an image type that is not taken", png.bytes, "image/svg+xml", 415, "unsupported_media_type"],
    ["a type that the bytes do not have", png.bytes, "image/gif", 415, "unsupported_media_type"],
    ["bytes that are no image", Buffer.from("A text of some length"), "image/png", 415, "unsupported_media_type"],
    ["an empty body", Buffer.alloc(0), "image/png", 415, "unsupported_media_type"],
    ["a truncated image", png.bytes.subarray(0, -20), "image/png", 400, "bad_request"],
    ["a bomb", pngThatClaims(60_000, 60_000), "image/png", 400, "bad_request"],
    ["4 MB", Buffer.concat([png.bytes, Buffer.alloc(4_000_000)]), "image/png", 413, "payload_too_large"],
  ])("%s", async (_name, bytes, mediaType, status, code) => {
    const { blobs } = lab.server.engine;
    const kept = new Set<string>();
    const { put, delete: remove } = blobs;
    blobs.put = async (meta, ...rest) => {
      const length = await put.call(blobs, meta, ...rest);
      kept.add(meta.id);
      return length;
    };
    blobs.delete = async (owner, id) => {
      kept.delete(id);
      return remove.call(blobs, owner, id);
    };
    try {
      expect(await upload(lab.url, bytes, mediaType)).toEqual({ status, body: error(code) });
      expect([...kept]).toEqual([]);
    } finally {
      Object.assign(blobs, { put, delete: remove });
    }
  });

  test("a content type may have parameters and capitals", async () => {
    expect((await upload(lab.url, png.bytes, "Image/PNG; name=x")).status).toBe(201);
  });
});

describe("an upload that cannot be used", () => {
  test("an unknown one is not_found: no stream is made, no model called", async () => {
    const calls = lab.emulator.calls.length;
    const headers = { "Sluice-Session": "unknown upload" };
    expect(await ask(lab.url, { uploadId: "unknown" }, headers)).toEqual({
      status: 404,
      body: error("not_found", "upload"),
    });
    expect(await streamsOf(lab, headers)).toEqual([]);
    const frames = await converse(lab.url, { action: "processImage", uploadId: "unknown" });
    expect(frames).toEqual([expect.objectContaining(error("not_found", "upload"))]);
    expect(frames[0]).not.toHaveProperty("streamId");
    expect(lab.emulator.calls.length).toBe(calls);
  });

  test("a mediaType that it does not have is bad_request: nothing is stored, no model called", async () => {
    const { body } = await upload(lab.url, gif.bytes, gif.mediaType);
    const calls = lab.emulator.calls.length;
    const headers = { "Sluice-Session": "misfit" };
    const answer = await ask(lab.url, { uploadId: body["uploadId"], mediaType: "image/png" }, headers);
    expect(answer).toEqual({ status: 400, body: error("bad_request", "image/gif") });
    expect(await streamsOf(lab, headers)).toEqual([]);
    expect(lab.emulator.calls.length).toBe(calls);
  });

  test("B3: after an hour it is not found, and nothing is stored", async () => {
    const clock = new FakeClock();
    await using aged = await startImages({ clock });
    const { body } = await upload(aged.url, png.bytes, png.mediaType);
    const message = { uploadId: body["uploadId"] };
    await clock.advance(UPLOAD_KEEP_MS - 1);
    expect((await ask(aged.url, message)).status).toBe(200);
    await clock.advance(1);
    const headers = { "Sluice-Session": "late" };
    expect((await ask(aged.url, message, headers)).status).toBe(404);
    expect(await streamsOf(aged, headers)).toEqual([]);
    expect(aged.emulator.calls.length).toBe(1);
  });

  test("law 8: a request that has its stream already gets it, though its upload has expired", async () => {
    const clock = new FakeClock();
    await using aged = await startImages({ clock });
    const { body } = await upload(aged.url, png.bytes, png.mediaType);
    const message = { uploadId: body["uploadId"] };
    const headers = { "Sluice-Session": "again", "Idempotency-Key": "once" };
    const first = await ask(aged.url, message, headers);
    await clock.advance(UPLOAD_KEEP_MS);
    expect(await ask(aged.url, message, headers)).toEqual(first);
    expect(aged.emulator.calls.length).toBe(1);
  });

  test("law 9: another's is not found, and nothing is stored; its owner can use it", async () => {
    await using shared = await startImages({
      authorize: ({ token }) => (token === undefined ? undefined : { id: token }),
    });
    const as = (name: string): Record<string, string> => ({ Authorization: `Bearer ${name}` });
    const { body } = await upload(shared.url, png.bytes, png.mediaType, as("ann"));
    const message = { uploadId: body["uploadId"] };
    expect((await ask(shared.url, message, as("bob"))).status).toBe(404);
    expect(await streamsOf(shared, as("bob"))).toEqual([]);
    expect(shared.emulator.calls.length).toBe(0);
    expect((await ask(shared.url, message, as("ann"))).status).toBe(200);
    expect((await upload(shared.url, png.bytes, png.mediaType)).status).toBe(401);
  });
});
