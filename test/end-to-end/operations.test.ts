import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { jwt } from "../../src/auth/jwt.ts";
import type { Backend } from "../../src/backend.ts";
import { LocalBus } from "../../src/bus/local.ts";
import { type Client, type Run, createClient } from "../../src/client/index.ts";
import { gateway } from "../../src/gateway.ts";
import { type ServeOptions, type Server, serve } from "../../src/host/node/serve.ts";
import type {
  ConnectionChanges,
  Happening,
  OperationsGateway,
  PaceSample,
  StreamChanges,
  TimelineEntry,
} from "../../src/operations/types.ts";
import { memoryRecords } from "../../src/records/memory.ts";
import { silentLogger } from "../../src/logger.ts";
import { memory } from "../../src/store/memory.ts";
import { ScriptedSource } from "../../src/testing/scripted-source.ts";
import { ask, plainDialect } from "../support/engine-fixture.ts";
import { leasedStore } from "../support/leased-store.ts";
import { SECRET, claims, signed, token } from "./support/tokens.ts";

const app = gateway({ routes: { ask }, dialect: plainDialect });

/** A server with the operator's side, and its model. */
async function lab(options: Partial<ServeOptions> = {}): Promise<{ server: Server; model: ScriptedSource }> {
  const model = new ScriptedSource();
  const server = await serve(
    { app },
    {
      store: memory(),
      source: model,
      port: 0,
      signals: false,
      operations: true,
      limits: { graceMs: 0 },
      ...options,
    },
  );
  return { server, model };
}

function clientOf<System>(server: Server, name: string, bearer?: string): Client<System> & Disposable {
  const url = `${server.url}/${name}`;
  const client = createClient<System>({ url, random: () => 0, ...(bearer !== undefined && { token: bearer }) });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

/** The next values of a run's `data` events, by name, until `pick` finds what it looks for in one. */
async function first<Value, Found>(
  run: Run,
  name: string,
  pick: (value: Value) => Found | undefined,
): Promise<NonNullable<Found>> {
  for await (const event of run) {
    const found = event.type === "data" && event.name === name ? pick(event.value as Value) : undefined;
    if (found !== undefined && found !== null) return found;
  }
  throw new Error(`The run ended without such "${name}".`);
}

describe("the operator's side (PROTOCOL.md section 11)", () => {
  it("shows a stream and its viewer, cuts the viewer, who resumes, cancels the stream, and tells its whole story", async () => {
    const { server, model } = await lab();
    await using _server = server;
    using viewer = clientOf<typeof app>(server, "app");
    using operator = clientOf<OperationsGateway>(server, "operations");
    const viewed = viewer.run("ask", {});
    const call = await model.next();
    call.push("one ");
    const streamId = await viewed.started;

    const watched = operator.run("watch", {});
    const row = await first(watched, "streams", ({ set }: StreamChanges) =>
      set.find((one) => one.streamId === streamId),
    );
    expect(row).toMatchObject({ app: "app", route: "ask", state: "running", viewers: 1 });
    const connection = await first(watched, "connections", ({ set }: ConnectionChanges) =>
      set.find(({ follows }) => follows.some((follow) => follow.streamId === streamId)),
    );
    expect(connection).toMatchObject({ app: "app", transport: "websocket", owner: "" });

    const told = operator.run("timeline", { app: "app", streamId });
    const entries: TimelineEntry[] = [];
    const happenings: Happening[] = [];
    const resumed = Promise.withResolvers<void>();
    const reading = (async () => {
      for await (const event of told) {
        if (event.type !== "data") continue;
        if (event.name === "entries") entries.push(...(event.value as unknown as TimelineEntry[]));
        if (event.name === "happenings") happenings.push(...(event.value as unknown as Happening[]));
        if (happenings.some(({ kind }) => kind === "resumed")) resumed.resolve();
      }
    })();
    expect(await operator.run("disconnect", { connectionId: connection.id }).result).toEqual({ closed: true });
    expect(await operator.run("disconnect", { connectionId: connection.id }).result).toEqual({ closed: false });
    await resumed.promise;
    call.push("two");
    await first(watched, "streams", ({ set }: StreamChanges) =>
      set.find((one) => one.streamId === streamId && one.tokens === 2),
    );
    expect(await operator.run("cancelStream", { app: "app", streamId }).result).toEqual({ state: "cancelled" });
    expect(await told.result).toEqual({ state: "cancelled" });
    await reading;

    await expect(viewed.result).rejects.toMatchObject({ code: "cancelled" });
    expect(viewed.text).toBe("one two");
    expect(entries.map(({ seq, event }) => [seq, event.type])).toEqual([
      [0, "start"],
      [1, "text-delta"],
      [2, "text-delta"],
      [3, "cancelled"],
    ]);
    expect(happenings.map(({ kind }) => kind)).toEqual(["viewer", "left", "resumed", "cancel"]);
    expect(happenings[0]!.connectionId).toBe(connection.id);
    expect(operator.stats).toEqual({ gaps: 0, duplicates: 0, reconnects: 0 });
  });

  it("cuts an event stream without its end", async () => {
    const { server, model } = await lab();
    await using _server = server;
    using operator = clientOf<OperationsGateway>(server, "operations");
    const answer = await fetch(`${server.url}/app/ask`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: "{}",
    });
    (await model.next()).push("one");
    const row = await first(operator.run("watch", {}), "connections", ({ set }: ConnectionChanges) =>
      set.find(({ transport }) => transport === "sse"),
    );
    expect(await operator.run("disconnect", { connectionId: row.id }).result).toEqual({ closed: true });
    await expect(answer.text()).rejects.toThrow();
    expect(server.engine.runs.running).toBeGreaterThan(0);
  });

  it("law 9: with authentication it is for principals with the role, and for their own looks only", async () => {
    const { server, model } = await lab({ authorize: jwt({ secret: SECRET }) });
    await using _server = server;
    const [ann, olga, otto] = await Promise.all([
      token("ann"),
      signed({ ...claims("olga"), roles: ["operator"] }),
      signed({ ...claims("otto"), roles: "operator" }),
    ]);
    using user = clientOf<typeof app>(server, "app", ann);
    const viewed = user.run("ask", {});
    (await model.next()).push("one");
    const streamId = await viewed.started;

    const statusOf = async (path: string, bearer?: string, init: RequestInit = {}): Promise<number> => {
      const headers = { "Content-Type": "application/json", ...(bearer && { Authorization: `Bearer ${bearer}` }) };
      const answer = await fetch(`${server.url}${path}`, { ...init, headers });
      await answer.body?.cancel();
      return answer.status;
    };
    const cut = { method: "POST", body: '{"connectionId":"x"}' };
    for (const path of ["/operations/streams", "/operations/streams/x"]) {
      expect([await statusOf(path), await statusOf(path, ann)]).toEqual([401, 403]);
    }
    expect([
      await statusOf("/operations/disconnect", undefined, cut),
      await statusOf("/operations/disconnect", ann, cut),
    ]).toEqual([401, 403]);
    expect(await statusOf("/operations/disconnect", olga, cut)).toBe(200);
    for (const [bearer, status] of [
      [undefined, 401],
      [ann, 403],
    ] as const) {
      const ws = new WebSocket(
        `${server.url.replace("http", "ws")}/operations`,
        bearer ? ["sluice.v1", `bearer.${bearer}`] : [],
      );
      ws.on("error", () => {});
      const [, response] = await once(ws, "unexpected-response");
      expect(response.statusCode).toBe(status);
      response.resume();
    }

    // The operator sees the user's stream in its timeline, and there alone; nobody else sees the operator's.
    using operator = clientOf<OperationsGateway>(server, "operations", olga);
    const told = operator.run("timeline", { app: "app", streamId });
    expect(await first(told, "head", (head: { owner: string }) => head)).toMatchObject({ owner: "ann", route: "ask" });
    const lookId = (told.streamId ?? "") as string;
    expect(await statusOf(`/app/streams/${streamId}`, olga)).toBe(404);
    expect(await statusOf(`/operations/streams/${streamId}`, olga)).toBe(404);
    expect([
      await statusOf(`/operations/streams/${lookId}`, olga),
      await statusOf(`/operations/streams/${lookId}`, otto),
    ]).toEqual([200, 404]);
    expect([
      await statusOf(`/app/streams/${lookId}`, ann),
      await statusOf(`/operations/streams/${lookId}`, ann),
    ]).toEqual([404, 403]);
    expect(await (await fetch(`${server.url}/config.json`)).json()).toMatchObject({
      operations: true,
      authentication: true,
    });
  });

  it.each<[string, Partial<ServeOptions>, boolean]>([
    ["on loopback", {}, true],
    ["beyond loopback", { host: "0.0.0.0", allowAnonymous: true }, false],
    ["behind a proxy with a name of its own", { origins: ["https://app.example.com"] }, false],
    ["with a page of this machine", { origins: ["http://localhost:5173"] }, true],
    [
      "beyond loopback with tokens for itself",
      { host: "0.0.0.0", allowAnonymous: true, operations: { authorize: jwt({ secret: SECRET }) } },
      true,
    ],
  ])("without authentication, %s: offered is %j", async (_name, options, offered) => {
    const { server } = await lab(options);
    await using _server = server;
    const url = `http://127.0.0.1:${server.port}`;
    const config = (await (await fetch(`${url}/config.json`)).json()) as Record<string, unknown>;
    const authentication = options.operations !== undefined;
    expect(config).toMatchObject({ operations: offered, authentication, apps: { app: {} } });
    expect(Object.keys(config["apps"] as object)).toEqual(["app"]);
    const answer = await fetch(`${url}/operations/streams`);
    expect(answer.status === 404).toBe(!offered);
  });

  it.each<[string, Partial<ServeOptions>, boolean]>([
    ["without an authorizer for operators, is not offered, and says so", {}, false],
    ["with one, is offered to operators", { operations: { authorize: jwt({ secret: SECRET }) } }, true],
  ])("law 9: beside a system with an authorizer of its own, %s", async (_name, options, offered) => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: unknown, message: string) => void warnings.push(message) };
    const own = gateway({ routes: { ask }, dialect: plainDialect, authorize: jwt({ secret: SECRET }) });
    const systems = { open: app, own };
    await using server = await serve(systems, {
      store: memory(),
      source: new ScriptedSource(),
      port: 0,
      signals: false,
      operations: true,
      logger,
      ...options,
    });
    const config = await (await fetch(`${server.url}/config.json`)).json();
    expect(config).toMatchObject({ operations: offered, authentication: true });
    expect((await fetch(`${server.url}/operations/streams`)).status).toBe(offered ? 401 : 404);
    const refusals = warnings.filter((message) => message.includes("operator's side"));
    expect(refusals).toHaveLength(offered ? 0 : 1);
  });

  it("law 7: shows what a reader who takes nothing has waiting, and how far it is behind", async () => {
    const { server, model } = await lab();
    await using _server = server;
    using operator = clientOf<OperationsGateway>(server, "operations");
    const slow = new WebSocket(`${server.url.replace("http", "ws")}/app`);
    await once(slow, "open");
    slow.send('{"action":"ask"}');
    const call = await model.next();
    slow.pause();
    // More than the network's own buffers hold.
    for (let number = 0; number < 1500; number += 1) call.push("x".repeat(16_000));
    const row = await first(operator.run("watch", {}), "connections", ({ set }: ConnectionChanges) =>
      set.find(({ bufferedBytes }) => bufferedBytes > 0),
    );
    expect(row.follows[0]!.behind).toBeGreaterThan(0);
    slow.terminate();
  });

  it("law 6: a stream of another node has its timeline and its cancel here, and is in no list", async () => {
    const [store, records, bus] = [leasedStore(60_000), memoryRecords(), new LocalBus()];
    const backend = (): Backend => ({ ...memory(), store, records, bus: bus.join(), close: async () => {} });
    const [there, here] = [await lab({ store: backend() }), await lab({ store: backend() })];
    await using _there = there.server;
    await using _here = here.server;
    using viewer = clientOf<typeof app>(there.server, "app");
    using operator = clientOf<OperationsGateway>(here.server, "operations");
    const viewed = viewer.run("ask", {});
    const call = await there.model.next();
    const streamId = await viewed.started;
    const told = operator.run("timeline", { app: "app", streamId });
    await first(told, "entries", (entries: TimelineEntry[]) => entries[0]);
    call.push("live");
    await first(told, "entries", (entries: TimelineEntry[]) =>
      entries.find(({ event }) => event.type === "text-delta"),
    );
    const watched = operator.run("watch", {});
    expect(await first(watched, "pace", (pace: PaceSample) => pace)).toMatchObject({ running: 0 });
    expect(await operator.run("cancelStream", { app: "app", streamId }).result).toEqual({ state: "cancelled" });
    expect(await told.result).toEqual({ state: "cancelled" });
    for await (const event of (await watched.cancel(), watched)) expect(event).not.toMatchObject({ name: "streams" });
  });

  it("a system that is named operations, too, is refused", async () => {
    const options = { store: memory(), source: new ScriptedSource(), port: 0, signals: false };
    await expect(serve({ operations: app }, { ...options, operations: true })).rejects.toThrow(/another/);
    await using server = await serve({ operations: app }, options);
    expect(server.engine.inspection).toBeUndefined();
  });
});
