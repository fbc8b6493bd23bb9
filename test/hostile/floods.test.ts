import { describe, expect, it } from "vitest";
import { frame } from "../fuzz/frame-grammar.ts";
import { hostileServer } from "./support/hostile-server.ts";
import { RawClient } from "./support/raw-client.ts";

describe("law 11: floods and bombs", () => {
  it("connections above the limit are refused with 503, logged once; those that are open go on", async () => {
    await using hostile = await hostileServer({ maxConnections: 10, maxConnectionsPerAddress: 2 });
    const inside = await Promise.all(Array.from({ length: 10 }, () => RawClient.webSocket(hostile.port)));
    for (let burst = 0; burst < 3; burst += 1) {
      const outside = await Promise.all(Array.from({ length: 10 }, () => RawClient.open(hostile.port)));
      for (const client of outside) client.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
      await Promise.all(outside.map(({ closed }) => closed));
      expect(outside.map(({ status, code }) => [status, code])).toEqual(outside.map(() => [503, "rate_limited"]));
      expect(outside[0]!.text).toMatch(/\r\nRetry-After: \d+\r\n/);
    }
    expect(hostile.warnings).toEqual(["too many connections; new ones are refused"]);
    for (const client of inside) {
      client.send({ action: "tokens", count: 5 });
      await client.until((text) => text.includes("stream_complete"));
    }
    const [first, ...rest] = inside;
    await first![Symbol.asyncDispose]();
    await expect
      .poll(() =>
        hostile.serveOthers().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await Promise.all(rest.map((client) => client[Symbol.asyncDispose]()));
  });

  it("a flood beyond twice the limit is dropped unanswered, and logged no more", async () => {
    await using hostile = await hostileServer({ maxConnections: 5 });
    const clients = await Promise.all(Array.from({ length: 60 }, () => RawClient.open(hostile.port)));
    await Promise.all(clients.slice(10).map(({ closed }) => closed));
    expect(hostile.warnings).toHaveLength(1);
    await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
    await expect
      .poll(() =>
        hostile.serveOthers().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  it.each([
    ["a compressed frame, which was never agreed on", { opcode: 1, reserved: 4, payload: Buffer.alloc(30_000) }, 1002],
    ["an unmasked frame", { opcode: 1, masked: false, payload: Buffer.from("{}") }, 1002],
    [
      "a frame that announces 4 GB",
      { opcode: 1, payload: Buffer.from("{"), length: 2 ** 32, longForm: 127 as const },
      1009,
    ],
    ["a ping of 126 bytes", { opcode: 9, payload: Buffer.alloc(126) }, 1002],
    ["a fragmented ping", { opcode: 9, fin: false, payload: Buffer.alloc(0) }, 1002],
    ["a reserved opcode", { opcode: 3, payload: Buffer.alloc(0) }, 1002],
    ["a binary frame", { opcode: 2, payload: Buffer.from("{}") }, 1003],
    ["text that is no UTF-8", { opcode: 1, payload: Buffer.from([0xc0, 0x80]) }, 1007],
    ["a close code that may not be sent", { opcode: 8, payload: Buffer.from([0x03, 0xee]) }, 1002],
  ])("%s closes with its code", async (_name, parts, code) => {
    await using hostile = await hostileServer({});
    await using client = await RawClient.webSocket(hostile.port);
    client.write(frame(parts));
    await client.until(() => client.closeCode !== undefined);
    expect(client.closeCode).toBe(code);
    await hostile.serveOthers();
  });

  it("permessage-deflate is not taken up, though it is offered", async () => {
    await using hostile = await hostileServer({});
    await using client = await RawClient.open(hostile.port);
    client.write(
      "GET /proof HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
    );
    await client.until((text) => text.includes("\r\n\r\n"));
    expect([client.status, /extensions/i.test(client.text)]).toEqual([101, false]);
  });

  it("empty fragments without end close with 1008", async () => {
    await using hostile = await hostileServer({});
    await using client = await RawClient.webSocket(hostile.port);
    client.write(frame({ opcode: 1, fin: false, payload: Buffer.alloc(0) }));
    client.write(
      Buffer.concat(Array.from({ length: 20_000 }, () => frame({ opcode: 0, fin: false, payload: Buffer.alloc(0) }))),
    );
    await client.until(() => client.closeCode !== undefined);
    expect(client.closeCode).toBe(1008);
  });
});
