import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cuttingProxy } from "./cutting-proxy.ts";
import { seededRandom } from "./seeded-random.ts";

/** Sends 10,000 bytes at once to whoever connects, and echoes what comes. */
const GREETING = Buffer.alloc(10_000, "x");

let target: Server;
let port: number;

beforeEach(async () => {
  target = createServer((socket) => {
    socket.on("error", () => {});
    socket.write(GREETING);
    socket.pipe(socket);
  });
  target.listen(0, "127.0.0.1");
  await once(target, "listening");
  port = (target.address() as AddressInfo).port;
});
afterEach(() => target.close());

interface Client {
  readonly socket: Socket;
  /** Bytes that have come so far. */
  readonly received: () => Buffer;
  readonly closed: Promise<void>;
  readonly has: (length: number) => Promise<void>;
}

function client(to: number): Client {
  const socket = connect(to, "127.0.0.1");
  const parts: Buffer[] = [];
  const received = (): Buffer => Buffer.concat(parts);
  socket.on("data", (bytes) => parts.push(bytes));
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const has = async (length: number): Promise<void> => {
    while (received().length < length) await once(socket, "data");
  };
  return { socket, received, closed, has };
}

describe("the cutting proxy", () => {
  it("passes bytes both ways as they are", async () => {
    await using proxy = await cuttingProxy(port);
    const { socket, received, has } = client(proxy.port);
    await has(GREETING.length);
    socket.write("hello");
    await has(GREETING.length + 5);
    expect(received().toString()).toBe(`${GREETING.toString()}hello`);
    expect([proxy.open, proxy.cuts]).toEqual([1, 0]);
    socket.destroy();
  });

  it("cuts one live connection, then all", async () => {
    await using proxy = await cuttingProxy(port);
    const clients = [client(proxy.port), client(proxy.port), client(proxy.port)];
    await Promise.all(clients.map(({ has }) => has(GREETING.length)));
    expect(proxy.cut("one")).toBe(1);
    await Promise.race(clients.map(({ closed }) => closed));
    expect(proxy.open).toBe(2);
    expect(proxy.cut()).toBe(2);
    await Promise.all(clients.map(({ closed }) => closed));
    expect([proxy.open, proxy.cuts, proxy.cut("one")]).toEqual([0, 3, 0]);
  });

  it.each([1, 2, 3, 4, 5, 6])("cuts behind the byte asked for, and never lets more through (seed %i)", async (seed) => {
    await using proxy = await cuttingProxy(port, { random: seededRandom(seed) });
    const done = proxy.cutAfter(4321);
    const { closed, received } = client(proxy.port);
    await done;
    await closed;
    expect(received().length).toBeLessThanOrEqual(4321);
    expect(proxy.cuts).toBe(1);
  });

  it("the target's end reaches the client, and the client's end the target", async () => {
    await using proxy = await cuttingProxy(port);
    const { socket, closed, has } = client(proxy.port);
    await has(GREETING.length);
    socket.end();
    await closed;
    expect([proxy.open, proxy.cuts]).toEqual([0, 0]);
  });
});
