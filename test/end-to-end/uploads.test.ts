import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { type Gateway, type OwnBlobs, gateway } from "sluice";
import { nativeDialect } from "sluice/dialect/native";
import { type Server, serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { sqlite } from "sluice/store/sqlite";
import { FakeClock } from "sluice/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TemporaryFolder, temporaryFolder } from "./support/one-process.ts";

const MAX_BYTES = 1_000_000;
const KEEP_MS = 60_000;

/** Sees what an endpoint sees. */
interface Probe {
  readonly firstPiece: PromiseWithResolvers<Uint8Array>;
  readonly finished: PromiseWithResolvers<string>;
}

/** Keeps any body as it comes, gives it back, and deletes it; everybody has a name. */
function keeper(probe: () => Probe): Gateway {
  async function* watched(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      probe().firstPiece.resolve(piece);
      yield piece;
    }
  }
  const put = async (blobs: OwnBlobs, bytes: AsyncIterable<Uint8Array>, mediaType: string): Promise<string> => {
    const outcome = blobs.put(watched(bytes), { mediaType, maxBytes: MAX_BYTES, keepMs: KEEP_MS });
    outcome.then(
      () => probe().finished.resolve("kept"),
      (thrown: { code?: string }) => probe().finished.resolve(String(thrown.code)),
    );
    return outcome;
  };
  return gateway({
    routes: {},
    dialect: nativeDialect,
    authorize: ({ token }) => (token === undefined ? undefined : { id: token }),
    endpoints: [
      {
        method: "POST",
        path: "/things",
        takes: "bytes",
        handle: async ({ bytes, mediaType, blobs }) => ({
          status: 201,
          body: { id: await put(blobs, bytes, mediaType), mediaType },
        }),
      },
      {
        method: "GET",
        path: "/things/:id",
        async handle({ params, blobs }) {
          const blob = await blobs.get(params["id"]!);
          if (blob === undefined) return { status: 404, body: {} };
          return {
            status: 200,
            body: { mediaType: blob.mediaType, base64: Buffer.from(blob.bytes).toString("base64") },
          };
        },
      },
      {
        method: "DELETE",
        path: "/things/:id",
        handle: async ({ params, blobs }) => ({ status: (await blobs.delete(params["id"]!)) ? 204 : 404 }),
      },
    ],
  });
}

let folder: TemporaryFolder;
let server: Server;
let probe: Probe;
const clock = new FakeClock();

beforeEach(async () => {
  folder = await temporaryFolder();
  probe = { firstPiece: Promise.withResolvers(), finished: Promise.withResolvers() };
  server = await serve(
    { keeper: keeper(() => probe) },
    {
      store: sqlite(join(folder.path, "sluice.db")),
      source: iterable(() => []),
      port: 0,
      signals: false,
      clock,
    },
  );
});
afterEach(async () => {
  const closed = server.close();
  await clock.advance(60_000);
  await closed;
  await folder.remove();
});

const kept = (): Promise<string[]> => readdir(join(folder.path, "sluice.blobs"));
const as = (name: string): Record<string, string> => ({ Authorization: `Bearer ${name}` });

/** A POST whose body the test writes piece by piece. */
function begin(headers: Record<string, string | number> = {}): ClientRequest {
  const sent = request(`${server.url}/keeper/things`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream", ...as("ann"), ...headers },
  });
  sent.on("error", () => {});
  return sent;
}

async function answerTo(sent: ClientRequest): Promise<{ status: number | undefined; body: Record<string, unknown> }> {
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let text = "";
  for await (const piece of response.setEncoding("utf8")) text += String(piece);
  return { status: response.statusCode, body: JSON.parse(text) as Record<string, unknown> };
}

async function stored(bytes: Buffer, headers?: Record<string, string>): Promise<string> {
  const sent = begin(headers);
  sent.end(bytes);
  const { status, body } = await answerTo(sent);
  expect(status).toBe(201);
  return String(body["id"]);
}

async function fetched(id: string, name = "ann", method = "GET"): Promise<{ status: number; text: string }> {
  const response = await fetch(`${server.url}/keeper/things/${id}`, { method, headers: as(name) });
  return { status: response.status, text: await response.text() };
}

describe("a body of bytes", () => {
  it("is given back byte for byte, with its content type in lower case and without parameters", async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) & 0xff));
    const id = await stored(bytes, { "Content-Type": "Application/X-Thing; a=b" });
    const { status, text } = await fetched(id);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ mediaType: "application/x-thing", base64: bytes.toString("base64") });
  });

  it("reaches the endpoint as it comes, before it is whole", async () => {
    const sent = begin();
    sent.write("first");
    expect(Buffer.from(await probe.firstPiece.promise).toString()).toBe("first");
    sent.end("second");
    expect((await answerTo(sent)).status).toBe(201);
  });

  it("may be empty", async () => {
    const { text } = await fetched(await stored(Buffer.alloc(0)));
    expect(JSON.parse(text)).toMatchObject({ base64: "" });
  });

  it.each([
    ["with its length told", { "Content-Length": MAX_BYTES + 1 }],
    ["in chunks", {}],
  ])("B2: one byte too many, %s, is payload_too_large, and nothing is kept", async (_how, headers) => {
    const sent = begin(headers);
    sent.end(Buffer.alloc(MAX_BYTES + 1));
    expect(await answerTo(sent)).toEqual({ status: 413, body: expect.objectContaining({ code: "payload_too_large" }) });
    expect(await kept()).toEqual([]);
    expect(await stored(Buffer.alloc(MAX_BYTES))).not.toBe("");
  });

  it("B2: a client that sends for ever gets 413 while it sends, and then the connection ends", async () => {
    const sent = begin();
    const closed = new Promise((resolve) => sent.once("close", resolve));
    const more = (): void => {
      while (!sent.destroyed && sent.write(Buffer.alloc(64 * 1024)));
    };
    sent.on("drain", more);
    more();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    response.on("error", () => {}).resume();
    await closed;
    expect(await kept()).toEqual([]);
  });

  it("B2: one that is cut half-way leaves nothing", async () => {
    const sent = begin({ "Content-Length": 500_000 });
    sent.write(Buffer.alloc(100_000));
    await probe.firstPiece.promise;
    sent.destroy();
    expect(await probe.finished.promise).toBe("bad_request");
    expect(await kept()).toEqual([]);
  });

  it("without a token is refused, and nothing of it is read", async () => {
    const response = await fetch(`${server.url}/keeper/things`, { method: "POST", body: Buffer.alloc(10) });
    expect(response.status).toBe(401);
    expect(await kept()).toEqual([]);
  });

  it("from a foreign page is refused", async () => {
    const headers = { ...as("ann"), Origin: "https://evil.example" };
    const response = await fetch(`${server.url}/keeper/things`, { method: "POST", headers, body: Buffer.alloc(10) });
    expect(response.status).toBe(403);
    expect(await kept()).toEqual([]);
  });
});

describe("an upload", () => {
  it("law 9: is read and deleted by its owner alone", async () => {
    const id = await stored(Buffer.from("mine"));
    expect((await fetched(id, "bob")).status).toBe(404);
    expect((await fetched(id, "bob", "DELETE")).status).toBe(404);
    expect((await fetched(id)).status).toBe(200);
    expect((await fetched(id, "ann", "DELETE")).status).toBe(204);
    expect((await fetched(id)).status).toBe(404);
    expect(await kept()).toEqual([]);
  });

  it("law 9: has an id of 128 bits", async () => {
    const ids = await Promise.all([stored(Buffer.from("a")), stored(Buffer.from("a"))]);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it("B3: is not found once its time is over, and then swept away", async () => {
    const id = await stored(Buffer.from("old"));
    await clock.advance(KEEP_MS - 1);
    expect((await fetched(id)).status).toBe(200);
    await clock.advance(1);
    expect((await fetched(id)).status).toBe(404);
    await server.engine.blobs.sweep(clock.now());
    expect(await kept()).toEqual([]);
  });
});
