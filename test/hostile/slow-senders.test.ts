import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { posted, request } from "../end-to-end/support/http-client.ts";
import { hostileServer } from "./support/hostile-server.ts";
import { RawClient } from "./support/raw-client.ts";
import { ServerSockets } from "./support/server-sockets.ts";

const LIMITS = { headersTimeoutMs: 200, bodyTimeoutMs: 200, maxHeaders: 20, maxHeaderBytes: 4096 };
const POST = "POST /proof/measure HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
const UPGRADE = "GET /proof HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";

/** Sends this again and again until the server hangs up. */
async function drip(client: RawClient, bytes: string, everyMs: number): Promise<void> {
  const dripping = setInterval(() => client.write(bytes), everyMs);
  await client.closed;
  clearInterval(dripping);
}

describe("law 11: clients that send slowly, without end, or too much", () => {
  it.each([
    ["nothing at all", "", "", 408],
    ["headers byte by byte", "GET /healthz HTTP/1.1\r\nX: ", "x", 408],
    ["an upgrade byte by byte", `${UPGRADE}X: `, "x", 408],
    ["a body byte by byte", `${POST}Content-Length: 1000\r\n\r\n`, "x", 408],
    ["chunks for ever", `${POST}Transfer-Encoding: chunked\r\n\r\n`, "1\r\nx\r\n", 408],
  ])("%s: 408 once its time is over, and nobody else notices", async (_name, begin, then, status) => {
    await using hostile = await hostileServer(LIMITS);
    await using client = await RawClient.open(hostile.port);
    client.write(begin);
    const [others] = await Promise.all([hostile.serveOthers(), drip(client, then, 20)]);
    expect(others).toBeUndefined();
    expect([client.status, client.code]).toEqual([status, "timeout"]);
    expect(hostile.warnings).toEqual([]);
  });

  it("chunks without end and without pause: 413 at the limit, then it is cut", async () => {
    await using hostile = await hostileServer({ ...LIMITS, maxBodyBytes: 64 * 1024, bodyTimeoutMs: 10_000 });
    await using client = await RawClient.open(hostile.port);
    client.write(`${POST}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = `1000\r\n${"x".repeat(4096)}\r\n`;
    await Promise.all([drip(client, chunk.repeat(8), 2), hostile.serveOthers()]);
    expect([client.status, client.text.includes('"payload_too_large"')]).toEqual([413, true]);
  });

  it.each([
    ["too many headers", `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n${"X: 1\r\n".repeat(20)}\r\n`],
    ["too many headers on an upgrade", `${UPGRADE}${"X: 1\r\n".repeat(20)}\r\n`],
    ["headers that are too long", `GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"x".repeat(5000)}\r\n\r\n`],
    ["headers without end", `GET /healthz HTTP/1.1\r\n${"X-Long: yyyyyyyyyyyyyyyy\r\n".repeat(1000)}`],
  ])("%s: 431", async (_name, request) => {
    await using hostile = await hostileServer(LIMITS);
    await using client = await RawClient.open(hostile.port);
    client.write(request);
    await client.closed;
    expect([client.status, client.code]).toEqual([431, "payload_too_large"]);
    await hostile.serveOthers();
  });

  it("a client that was refused and keeps its end open is cut", async () => {
    using sockets = new ServerSockets();
    await using hostile = await hostileServer({});
    await using client = await RawClient.open(hostile.port);
    client.socket.pause();
    client.write(`${UPGRADE.replace("/proof", "/nope")}\r\n`);
    await once(sockets.of(client.socket), "close");
    await hostile.serveOthers();
  });

  it.each(["h2c", "TLS/1.0"])("an offer of %s is passed over, and the request is answered", async (protocol) => {
    await using hostile = await hostileServer({});
    await using client = await RawClient.open(hostile.port);
    client.write(
      `GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\n\r\n`,
    );
    await client.until((text) => text.includes("ok"));
    expect(client.status).toBe(200);
  });

  it.each([
    ["a bad key", `${UPGRADE}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n`],
    ["another version", `${UPGRADE}Sec-WebSocket-Version: 7\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`],
    ["a target that is no URL", `${UPGRADE.replace("/proof", "//")}\r\n`],
    ["no Host", "GET /healthz HTTP/1.1\r\n\r\n"],
    ["what is no HTTP", "\x16\x03\x01\x02\x00\x01\x00"],
  ])("%s: 400 with its code", async (_name, request) => {
    await using hostile = await hostileServer({});
    await using client = await RawClient.open(hostile.port);
    client.write(request);
    await client.until((text) => text.endsWith("}"));
    expect([client.status, client.code]).toEqual([400, "bad_request"]);
    expect(hostile.warnings).toEqual([]);
  });

  it("a body that breaks off is no error of the server's", async () => {
    await using hostile = await hostileServer({});
    for (const end of ["end", "destroy"] as const) {
      await using client = await RawClient.open(hostile.port);
      await new Promise((resolve) => client.socket.write(`${POST}Content-Length: 100\r\n\r\n{`, resolve));
      client.socket[end]();
      await client.closed;
    }
    await hostile.serveOthers();
    expect(hostile.warnings).toEqual([]);
  });

  it("HEAD asks for no event stream", async () => {
    await using hostile = await hostileServer({});
    const url = `${hostile.server.url}/proof/tokens`;
    const { streamId } = (await request(url, posted({ count: 3 }, { Prefer: "respond-async" }))).body;
    const answer = await fetch(`${hostile.server.url}/proof/streams/${streamId}`, {
      method: "HEAD",
      headers: { Accept: "text/event-stream" },
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
    await hostile.serveOthers();
  });
});
