import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KEEP_MS, type KeeperDeployment, type KeeperMaker, MAX_BYTES } from "../support/keeper.ts";
import { itUnless } from "../support/whole-app.ts";

/** Bodies of bytes: whole or not at all, and their owner's alone. */
export function describeUploads({ make, cannot }: KeeperMaker): void {
  let deployment: KeeperDeployment;
  beforeEach(async () => {
    deployment = await make();
  });
  afterEach(() => deployment[Symbol.asyncDispose]());

  const as = (name: string): Record<string, string> => ({ Authorization: `Bearer ${name}` });

  /** A POST whose body the test writes piece by piece. */
  function begin(headers: Record<string, string | number> = {}): ClientRequest {
    const sent = request(`${deployment.url}/keeper/things`, {
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
    const response = await fetch(`${deployment.url}/keeper/things/${id}`, { method, headers: as(name) });
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

    itUnless(cannot["see a body as it comes"])("reaches the endpoint as it comes, before it is whole", async () => {
      const sent = begin();
      sent.write("first");
      expect(Buffer.from(await deployment.probe.firstPiece.promise).toString()).toBe("first");
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
      expect(await answerTo(sent)).toEqual({
        status: 413,
        body: expect.objectContaining({ code: "payload_too_large" }),
      });
      expect(await deployment.kept()).toEqual([]);
      expect(await stored(Buffer.alloc(MAX_BYTES))).not.toBe("");
    });

    itUnless(cannot["see a body as it comes"])(
      "B2: a client that sends for ever gets 413 while it sends, and then the connection ends",
      async () => {
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
        expect(await deployment.kept()).toEqual([]);
      },
    );

    itUnless(cannot["see a body as it comes"])("B2: one that is cut half-way leaves nothing", async () => {
      const sent = begin({ "Content-Length": 500_000 });
      sent.write(Buffer.alloc(100_000));
      await deployment.probe.firstPiece.promise;
      sent.destroy();
      expect(await deployment.probe.finished.promise).toBe("bad_request");
      expect(await deployment.kept()).toEqual([]);
    });

    it("without a token is refused, and nothing of it is read", async () => {
      const response = await fetch(`${deployment.url}/keeper/things`, { method: "POST", body: Buffer.alloc(10) });
      expect(response.status).toBe(401);
      expect(await deployment.kept()).toEqual([]);
    });

    it("from a foreign page is refused", async () => {
      const headers = { ...as("ann"), Origin: "https://evil.example" };
      const response = await fetch(`${deployment.url}/keeper/things`, {
        method: "POST",
        headers,
        body: Buffer.alloc(10),
      });
      expect(response.status).toBe(403);
      expect(await deployment.kept()).toEqual([]);
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
      expect(await deployment.kept()).toEqual([]);
    });

    it("law 9: has an id of 128 bits", async () => {
      const ids = await Promise.all([stored(Buffer.from("a")), stored(Buffer.from("a"))]);
      for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
      expect(ids[0]).not.toBe(ids[1]);
    });

    it("B3: is not found once its time is over, and then swept away", async () => {
      const id = await stored(Buffer.from("old"));
      await deployment.advance(KEEP_MS - 1);
      expect((await fetched(id)).status).toBe(200);
      await deployment.advance(1);
      expect((await fetched(id)).status).toBe(404);
      await deployment.sweep();
      expect(await deployment.kept()).toEqual([]);
    });
  });
}
