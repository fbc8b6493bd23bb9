import { describe, expect, it } from "vitest";
import { FakeClock, settled } from "../testing/fake-clock.ts";
import { FakeSockets } from "../testing/fake-socket.ts";
import { type Client, type ClientOptions, createClient } from "./index.ts";
// Loaded before the first test: a clock that is not real does not wait for a chunk.
import "./later.ts";

interface Bench {
  readonly client: Client;
  readonly sockets: FakeSockets;
  readonly clock: FakeClock;
}

const unreachable = (): Promise<Response> => Promise.reject(new TypeError("fetch failed"));

function bench(options: Partial<ClientOptions> = {}): Bench {
  const sockets = new FakeSockets();
  const clock = new FakeClock();
  const client = createClient({
    url: "http://127.0.0.1:1/app/",
    session: "mine",
    WebSocket: sockets.WebSocket,
    fetch: unreachable,
    clock,
    random: () => 1,
    ...options,
  } as ClientOptions);
  return { client, sockets, clock };
}

describe("the connection", () => {
  it("is opened at the first need only, with our subprotocol, the token and the session", async () => {
    const { client, sockets } = bench({ token: () => Promise.resolve("abc") });
    expect(client.connection).toEqual({ state: "idle", transport: "websocket", attempt: 0 });
    client.run("ask", {});
    client.run("ask", {});
    await settled();

    expect(client.connection).toMatchObject({ state: "connecting", attempt: 1 });
    expect(sockets.all).toHaveLength(1);
    expect(sockets.last.url).toBe("ws://127.0.0.1:1/app?session=mine");
    expect(sockets.last.protocols).toEqual(["sluice.v1", "bearer.abc"]);
    sockets.last.accept();
    expect(client.connection).toMatchObject({ state: "open", attempt: 1, openedInMs: 0 });
    expect(sockets.last.actions("ask")).toHaveLength(2);
  });

  it("backs off with full jitter under a limit that doubles to 20 s", async () => {
    const { client, sockets, clock } = bench();
    client.run("ask", {});
    const pauses: number[] = [];
    for (let dial = 0; dial < 9; dial += 1) {
      await settled();
      sockets.last.cut();
      pauses.push(client.connection.retryAt! - clock.now());
      await clock.advance(pauses.at(-1)!);
    }

    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
    expect(sockets.all).toHaveLength(10);
    client.close();
  });

  it("counts attempts on through a flap, and anew after 5 s of stability", async () => {
    const { client, sockets, clock } = bench();
    client.run("ask", {});
    await settled();
    sockets.last.cut();
    await clock.advance(250);
    sockets.last.accept();
    sockets.last.deliver({ type: "pong" });
    await clock.advance(4999);
    sockets.last.cut();
    expect(client.connection).toMatchObject({ state: "waiting", attempt: 2, retryAt: clock.now() + 500 });
    await clock.advance(500);
    sockets.last.accept();
    sockets.last.deliver({ type: "pong" });
    await clock.advance(5000);
    expect(client.connection).toMatchObject({ state: "open", attempt: 0 });
    sockets.last.cut(1011);
    expect(client.connection).toMatchObject({ retryAt: clock.now() + 250, reason: "closed with 1011" });
  });

  it("gives a dial up after 10 s, and does not listen to its socket any more", async () => {
    const { client, sockets, clock } = bench();
    client.run("ask", {});
    await clock.advance(10_000);
    const late = sockets.last;
    expect(client.connection).toMatchObject({ state: "waiting", reason: "no connection within 10 s" });
    expect(late.released).toBe(true);
    await clock.advance(250);
    late.accept();
    late.cut(4501);

    expect(client.connection).toMatchObject({ state: "connecting", attempt: 2 });
    expect(sockets.all).toHaveLength(2);
  });

  it("does not take an open socket for a live one: 15 s of silence, a ping, 5 s more, and it is lost", async () => {
    const { client, sockets, clock } = bench();
    client.run("ask", {});
    await settled();
    const socket = sockets.last;
    socket.accept();
    const pings = (): number => socket.actions("ping").length;
    const atFirst = pings();
    socket.deliver({ type: "pong" });
    await clock.advance(14_000);
    socket.deliver({ type: "pong" });
    await clock.advance(14_999);
    expect(pings()).toBe(atFirst);
    await clock.advance(1);
    expect(pings()).toBe(atFirst + 1);
    await clock.advance(4000);
    socket.deliver({ type: "pong" });
    await clock.advance(15_000);
    expect(pings()).toBe(atFirst + 2);
    expect(client.connection.state).toBe("open");
    await clock.advance(5000);

    expect(client.connection).toMatchObject({ state: "waiting", reason: "no answer to a ping" });
    expect(socket.released).toBe(true);
  });

  it("comes back soon after 1012, whatever the attempt", async () => {
    const { client, sockets, clock } = bench();
    client.run("ask", {});
    for (let dial = 0; dial < 6; dial += 1) {
      await settled();
      sockets.last.cut();
      await clock.advance(20_000);
    }
    sockets.last.accept();
    sockets.last.cut(1012, "the server restarts");
    expect(client.connection.retryAt! - clock.now()).toBe(1000);
  });

  it("fails at 45xx: its runs end with that code, and the next need dials anew", async () => {
    const { client, sockets, clock } = bench();
    const run = client.run("ask", {});
    await settled();
    sockets.last.accept();
    sockets.last.cut(4503, "not for you");

    expect(client.connection).toMatchObject({ state: "failed", reason: "not for you" });
    await expect(run.result).rejects.toMatchObject({ code: "forbidden" });
    await clock.advance(60_000);
    expect(sockets.all).toHaveLength(1);
    client.run("ask", {});
    expect(client.connection).toMatchObject({ state: "connecting", attempt: 1 });
  });

  it("shows a fresh token when the server says that the old one ends", async () => {
    let tokens = 0;
    const { client, sockets } = bench({ token: () => `t${(tokens += 1)}` });
    client.run("ask", {});
    await settled();
    sockets.last.accept();
    sockets.last.deliver({ type: "expiring", expiresAt: "2026-11-21T08:30:00.000Z" });
    await settled();
    expect(sockets.last.actions("authenticate")).toEqual([{ action: "authenticate", token: "t2" }]);
    client.close();
  });

  it("asks for a token no more than a few times, where it is always the same or always ends soon", async () => {
    for (const fresh of [true, false]) {
      let asked = 0;
      const { client, sockets, clock } = bench({ token: () => ((asked += 1), fresh ? `t${asked}` : "cached") });
      client.run("ask", {});
      await settled();
      sockets.last.accept();
      const end = clock.now() + 30_000;
      for (let notice = 0; notice < 20; notice += 1) {
        sockets.last.deliver({ type: "expiring", expiresAt: new Date(end).toISOString() });
        await settled();
      }
      // One for the dial, one for the first notice.
      expect(asked).toBe(2);
      await clock.advance(15_000);
      expect(asked).toBe(3);
      expect(sockets.last.actions("authenticate")).toHaveLength(fresh ? 2 : 0);
      client.close();
    }
  });

  it("asks once for a new token when an old one has ended, and fails where that is refused too", async () => {
    let tokens = 0;
    const { client, sockets, clock } = bench({ token: () => `t${(tokens += 1)}` });
    client.run("ask", {});
    await settled();
    sockets.last.accept();
    sockets.last.deliver({ type: "pong" });
    await clock.advance(60_000 - 50_000);
    sockets.last.cut(4501, "the token has ended");
    await clock.advance(0);
    expect(sockets.last.protocols).toEqual(["sluice.v1", "bearer.t2"]);
    sockets.last.accept();
    sockets.last.cut(4501, "the token has ended");
    expect(client.connection.state).toBe("failed");
  });

  it("learns over HTTP why a dial was refused, since a WebSocket does not tell", async () => {
    const refused = new Response('{"type":"error","code":"unauthorized","message":"A valid token is needed."}', {
      status: 401,
    });
    const { client, sockets } = bench({ fetch: () => Promise.resolve(refused) });
    const run = client.run("ask", {});
    await settled();
    sockets.last.cut();
    expect(client.connection.state).toBe("waiting");
    await expect(run.result).rejects.toMatchObject({ code: "unauthorized", message: "A valid token is needed." });
    expect(client.connection.state).toBe("failed");
  });

  it("what is answered over HTTP much later says nothing about a dial of back then", async () => {
    const answers: ((response: Response) => void)[] = [];
    const fetch = (): Promise<Response> => new Promise((resolve) => answers.push(resolve));
    const { client, sockets, clock } = bench({ fetch });
    client.run("ask", {});
    // The dial hangs, and so does what is asked over HTTP meanwhile; then the network is back, and the next dial under way.
    await clock.advance(10_250);
    expect(client.connection).toMatchObject({ state: "connecting", attempt: 2 });
    answers[0]!(Response.json({ items: [] }));
    await settled();
    expect(client.connection).toMatchObject({ state: "connecting", transport: "websocket" });
    sockets.last.accept();
    expect(client.connection.state).toBe("open");
    client.close();
  });

  it("rests where nobody needs it, and leaves no timer behind when closed", async () => {
    const { client, sockets, clock } = bench();
    const run = client.run("ask", {});
    await settled();
    sockets.last.accept();
    run.detach();
    sockets.last.cut();
    expect(client.connection).toMatchObject({ state: "idle", reason: "closed with 1006" });
    await clock.advance(60_000);
    expect(sockets.all).toHaveLength(1);
    const last = client.run("ask", {});
    await settled();
    sockets.last.accept();
    client.close();

    expect(client.connection.state).toBe("closed");
    await expect(last.result).rejects.toMatchObject({ code: "interrupted" });
    expect(clock.pending).toBe(0);
    await expect(client.run("ask", {}).result).rejects.toMatchObject({ code: "interrupted" });
  });

  it("gives a frozen snapshot that changes only with the state, and tells its listeners", async () => {
    const { client, sockets } = bench();
    const seen: string[] = [];
    const stop = client.subscribe(() => seen.push(client.connection.state));
    client.run("ask", {});
    await settled();
    sockets.last.accept();
    const open = client.connection;
    sockets.last.deliver({ type: "pong" });
    expect(client.connection).toBe(open);
    expect(Object.isFrozen(open)).toBe(true);
    stop();
    client.close();
    expect(seen).toEqual(["connecting", "open"]);
  });

  it("fails where the server does not speak our subprotocol", async () => {
    const { client, sockets } = bench();
    client.run("ask", {});
    await settled();
    sockets.last.accept("");
    expect(client.connection).toMatchObject({ state: "failed", reason: "The server speaks no sluice.v1." });
  });
});
