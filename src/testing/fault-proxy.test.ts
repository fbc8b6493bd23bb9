import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { faultProxy } from "./fault-proxy.ts";
import { FakeClock, settled } from "./fake-clock.ts";
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

describe("the fault proxy", () => {
  it("passes bytes both ways as they are", async () => {
    await using proxy = await faultProxy(port);
    const { socket, received, has } = client(proxy.port);
    await has(GREETING.length);
    socket.write("hello");
    await has(GREETING.length + 5);
    expect(received().toString()).toBe(`${GREETING.toString()}hello`);
    expect([proxy.open, proxy.cuts]).toEqual([1, 0]);
    socket.destroy();
  });

  it("cuts one live connection, then all", async () => {
    await using proxy = await faultProxy(port);
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
    await using proxy = await faultProxy(port, { random: seededRandom(seed) });
    const done = proxy.cutAfter(4321);
    const { closed, received } = client(proxy.port);
    await done;
    await closed;
    expect(received().length).toBeLessThanOrEqual(4321);
    expect(proxy.cuts).toBe(1);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    "cuts inside what it had held back, and lets nothing of the rest through (seed %i)",
    async (seed) => {
      await using proxy = await faultProxy(port, { random: seededRandom(seed) });
      const release = proxy.freeze({ direction: "toClient" });
      const { socket, closed, received } = client(proxy.port);
      const direct = client(port);
      for (const digit of "123") {
        // What another connection gets back has come back here too.
        for (const each of [socket, direct.socket]) each.write(digit.repeat(1000));
        await direct.has(GREETING.length + 1000 * Number(digit));
      }
      const done = proxy.cutAfter(9000);
      release();
      await done;
      await closed;
      expect(received().length).toBeLessThanOrEqual(9000);
      expect(received().toString()).toBe(GREETING.toString().slice(0, received().length));
      direct.socket.destroy();
    },
  );

  it("the target's end reaches the client, and the client's end the target", async () => {
    await using proxy = await faultProxy(port);
    const { socket, closed, has } = client(proxy.port);
    await has(GREETING.length);
    socket.end();
    await closed;
    expect([proxy.open, proxy.cuts]).toEqual([0, 0]);
  });

  it("frozen, it keeps every byte and closes nothing; released, all of them arrive in order", async () => {
    await using proxy = await faultProxy(port);
    const { socket, received, has } = client(proxy.port);
    await has(GREETING.length);
    const release = proxy.freeze({ direction: "toClient" });
    const text = "0123456789".repeat(100);
    socket.write(text);
    // Another connection's bytes pass the other way, and come back: so would have these.
    const bystander = client(proxy.port);
    bystander.socket.write("hello");
    const direct = client(port);
    await direct.has(GREETING.length);
    await settled();
    expect([received().length, bystander.received().length]).toEqual([GREETING.length, 0]);
    expect(proxy.open).toBe(2);
    release();
    await has(GREETING.length + text.length);
    await bystander.has(GREETING.length + 5);
    expect(received().subarray(GREETING.length).toString()).toBe(text);
    for (const { socket: open } of [direct, bystander]) open.destroy();
    socket.destroy();
  });

  it("freezes one connection for a time of its clock, and no other; an end is held like any byte", async () => {
    const clock = new FakeClock();
    await using proxy = await faultProxy(port, { clock });
    const frozen = client(proxy.port);
    await frozen.has(GREETING.length);
    proxy.connections[0]!.freeze({ forMs: 1000 });
    frozen.socket.end("bye");
    const other = client(proxy.port);
    await other.has(GREETING.length);
    other.socket.end();
    await other.closed;
    await clock.advance(999);
    expect([frozen.received().length, proxy.open]).toEqual([GREETING.length, 1]);
    await clock.advance(1);
    await frozen.closed;
    expect(frozen.received().subarray(GREETING.length).toString()).toBe("bye");
    expect([clock.pending, proxy.cuts]).toEqual([0, 0]);
  });

  it("reads no more than it can hold, so that the sender feels a frozen link, and then loses nothing of it", async () => {
    await using proxy = await faultProxy(port);
    const release = proxy.freeze();
    const { socket, received, has } = client(proxy.port);
    const text = Buffer.alloc(16 * 1024 * 1024, "0123456789");
    await once(socket, "connect");
    expect(socket.write(text)).toBe(false);
    await settled();
    expect(socket.writableLength).toBeGreaterThan(0);
    release();
    await has(GREETING.length + text.length);
    expect(received().subarray(GREETING.length).equals(text)).toBe(true);
    socket.destroy();
  });

  it("slow, it lets so many bytes pass in a second of its clock", async () => {
    const clock = new FakeClock();
    await using proxy = await faultProxy(port, { clock });
    proxy.slow(1000, { direction: "toClient" });
    const { socket, received, has } = client(proxy.port);
    await has(10);
    await clock.advance(990);
    await has(1000);
    expect(received().length).toBe(1000);
    await clock.advance(9000);
    await has(GREETING.length);
    socket.destroy();
  });

  it.each([1, 2, 3])(
    "split, it delivers in pieces that cut characters, and every byte in order (seed %i)",
    async (seed) => {
      await using proxy = await faultProxy(port, { random: seededRandom(seed) });
      proxy.split(3);
      const { socket, received, has } = client(proxy.port);
      let pieces = 0;
      socket.on("data", () => (pieces += 1));
      await has(GREETING.length);
      pieces = 0;
      const text = "→😀ü".repeat(40);
      socket.write(text);
      await has(GREETING.length + Buffer.byteLength(text));
      expect(received().subarray(GREETING.length).toString()).toBe(text);
      expect(pieces).toBeGreaterThan(10);
      socket.destroy();
    },
  );

  it("refuses a rate and a size of pieces that would stop everything", async () => {
    await using proxy = await faultProxy(port);
    expect(() => proxy.slow(0)).toThrow(RangeError);
    expect(() => proxy.split(0)).toThrow(RangeError);
  });

  it("cuts a frozen connection, and closes with frozen ones", async () => {
    await using proxy = await faultProxy(port);
    proxy.freeze();
    const [first, second] = [client(proxy.port), client(proxy.port)];
    await Promise.all([once(first.socket, "connect"), once(second.socket, "connect")]);
    while (proxy.open < 2) await settled();
    proxy.connections[0]!.cut();
    await Promise.race([first.closed, second.closed]);
    await proxy.close();
    await Promise.all([first.closed, second.closed]);
    expect([first.received().length, second.received().length, proxy.cuts]).toEqual([0, 0, 1]);
  });
});
