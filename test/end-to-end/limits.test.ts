import { describe, expect, it } from "vitest";
import { nativeDialect } from "../../src/dialect/native.ts";
import { gateway } from "../../src/gateway.ts";
import { type ServeOptions, type Server, serve } from "../../src/host/node/serve.ts";
import type { Authorize } from "../../src/principal.ts";
import { memory } from "../../src/store/memory.ts";
import { redis } from "../../src/store/redis.ts";
import { ScriptedSource } from "../../src/testing/scripted-source.ts";
import { ask } from "../support/engine-fixture.ts";
import { RedisServer } from "../support/redis-server.ts";
import { EventStream, posted, request } from "./support/http-client.ts";
import { SocketClient } from "./support/socket-client.ts";

/** A token like `ann@acme` is a principal and its tenant. */
const authorize: Authorize = ({ token }) => {
  const [id, tenant] = token?.split("@") ?? [];
  return id === undefined ? undefined : { id, ...(tenant !== undefined && { tenant }) };
};

/** Events as they are, one frame each. */
const dialect = { name: "flat", encode: nativeDialect.encode, error: nativeDialect.error };

const ANN = { Authorization: "Bearer ann@acme" };
const BOB = { Authorization: "Bearer bob@acme" };
const CID = { Authorization: "Bearer cid@other" };

interface House extends AsyncDisposable {
  readonly server: Server;
  readonly model: ScriptedSource;
  readonly url: string;
  socket(headers: Record<string, string>): Promise<SocketClient>;
}

async function house(
  allowances: NonNullable<ServeOptions["allowances"]>,
  store: ServeOptions["store"] = memory(),
): Promise<House> {
  const model = new ScriptedSource();
  const app = gateway({ routes: { ask }, dialect, authorize });
  const server = await serve({ app }, { store, source: model, port: 0, signals: false, allowances });
  return {
    server,
    model,
    url: `${server.url}/app`,
    socket: (headers) => SocketClient.open(`${server.url.replace("http", "ws")}/app`, { headers }),
    async [Symbol.asyncDispose]() {
      for (const call of model.calls) call.end();
      await server.close();
    },
  };
}

const REFUSED = { type: "error", code: "rate_limited", retryable: true, retryAfterMs: 1000 };

describe("limits over each transport", () => {
  it("runs at once: a frame on the WebSocket, 429 with Retry-After over REST and SSE", async () => {
    await using lab = await house({ principal: { concurrentRuns: 1 } });
    await using socket = await lab.socket(ANN);
    socket.send({ action: "ask" });
    await lab.model.next();
    socket.send({ action: "ask", requestId: "2" });
    const error = await socket.log.first(({ type }) => type === "error");
    expect(error).toMatchObject({ ...REFUSED, requestId: "2" });

    const rest = await request(`${lab.url}/ask`, posted({}, ANN));
    expect([rest.status, rest.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(rest.body).toMatchObject(REFUSED);

    const sse = await request(`${lab.url}/ask`, posted({}, { ...ANN, Accept: "text/event-stream" }));
    expect([sse.status, sse.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(sse.body).toMatchObject(REFUSED);

    const other = await request(`${lab.url}/ask`, posted({}, { ...BOB, Prefer: "respond-async" }));
    expect(other.status).toBe(202);
  });

  it("messages: a frame says that there were too many, 429 for requests; the WebSocket stays, and is read later", async () => {
    await using lab = await house({ principal: { messagesPerSecond: 5 } });
    await using socket = await lab.socket(ANN);
    for (let count = 0; count < 50; count += 1) socket.send({ action: "ping" });
    const error = await socket.log.first(({ type }) => type === "error");
    expect(error).toMatchObject({ type: "error", code: "rate_limited" });
    expect(error["retryAfterMs"]).toBeGreaterThan(0);

    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await request(`${lab.url}/streams`, { headers: ANN })).status),
    );
    expect(statuses).toContain(429);
    expect((await request(`${lab.url}/streams`, { headers: CID })).status).toBe(200);
    await socket.log.when(() => socket.frames.filter(({ type }) => type === "pong")[5], "a pong of the next second");
  });

  it("connections: an upgrade above the allowance is 429, an event stream too; one that leaves makes room", async () => {
    await using lab = await house({ tenant: { connections: 2 } });
    await using first = await lab.socket(ANN);
    const streamId = await begin(lab, CID);
    await using stream = await EventStream.open(`${lab.url}/ask`, posted({}, BOB));
    expect(stream.status).toBe(200);
    await expect(lab.socket(BOB)).rejects.toThrow("refused with 429");
    const sse = await request(`${lab.url}/ask`, posted({}, { ...BOB, Accept: "text/event-stream" }));
    expect([sse.status, sse.headers.get("retry-after"), sse.body["code"]]).toEqual([429, "1", "rate_limited"]);
    await using other = await EventStream.open(`${lab.url}/streams/${streamId}`, { headers: CID });
    expect(other.status).toBe(200);
    await first.close();
    await using next = await opened(() => lab.socket(BOB));
    expect(next.ws.readyState).toBe(next.ws.OPEN);
  });

  it("a tenant's queue: SSE shows that the run waits, REST waits with it, both get their whole answer", async () => {
    await using lab = await house({ tenant: { concurrentRuns: 1 } });
    await begin(lab, ANN);
    const running = await lab.model.next();
    await using stream = await EventStream.open(`${lab.url}/ask`, posted({}, BOB));
    expect(await stream.log.first(({ type }) => type === "status")).toMatchObject({ stage: "queued" });
    const rest = request(`${lab.url}/ask`, posted({}, BOB));
    running.end();
    for (const text of ["first in the line", "second"]) {
      const call = await lab.model.next();
      call.push(text);
      call.end();
    }
    expect(await stream.log.first(({ type }) => type === "complete")).toMatchObject({ text: "first in the line" });
    expect((await rest).body).toMatchObject({ type: "complete", text: "second" });
  });
});

describe("limits over two nodes on one Redis", () => {
  const two = async (
    redisUrl: string,
    allowances: NonNullable<ServeOptions["allowances"]>,
  ): Promise<[House, House]> => [
    await house(allowances, redis({ url: redisUrl })),
    await house(allowances, redis({ url: redisUrl })),
  ];

  it("Q7: runs, connections and tokens are counted together", async () => {
    await using server = await RedisServer.start();
    const allowances = { principal: { concurrentRuns: 1, connections: 1 }, tenant: { tokensPerMinute: 100 } };
    const [first, second] = await two(server.url, allowances);
    await using here = first;
    await using there = second;
    await using socket = await here.socket(ANN);
    await expect(there.socket(ANN)).rejects.toThrow("refused with 429");

    socket.send({ action: "ask" });
    const call = await here.model.next();
    const refused = await request(`${there.url}/ask`, posted({}, ANN));
    expect([refused.status, refused.body["message"]]).toEqual([429, "Too many runs at once."]);

    call.push({ type: "usage", inputTokens: 100, outputTokens: 20 });
    call.end();
    await socket.log.first(({ type }) => type === "complete");
    const usedUp = await request(`${there.url}/ask`, posted({}, BOB));
    expect([usedUp.status, usedUp.body["message"]]).toEqual([429, "The tokens of this minute are used up."]);
    expect(usedUp.body["retryAfterMs"]).toBeGreaterThan(1000);
  });

  it("Q5: a run that waits on one node begins when its tenant's run on the other ends", async () => {
    await using server = await RedisServer.start();
    const [first, second] = await two(server.url, { tenant: { concurrentRuns: 1 } });
    await using here = first;
    await using there = second;
    await begin(here, ANN);
    const running = await here.model.next();
    await using stream = await EventStream.open(`${there.url}/ask`, posted({}, BOB));
    expect(await stream.log.first(({ type }) => type === "status")).toMatchObject({ stage: "queued" });
    running.end();
    (await there.model.next()).end();
    await stream.log.first(({ type }) => type === "complete");
  });
});

/** Starts a run over REST; gives its stream. */
async function begin(lab: House, headers: Record<string, string>): Promise<string> {
  const { body } = await request(`${lab.url}/ask`, posted({}, { ...headers, Prefer: "respond-async" }));
  return body["streamId"] as string;
}

/** The server hears of a socket that was closed in its own time. */
async function opened(open: () => Promise<SocketClient>): Promise<SocketClient> {
  for (;;) {
    try {
      return await open();
    } catch (thrown) {
      if (!(thrown as Error).message.includes("429")) throw thrown;
    }
  }
}
