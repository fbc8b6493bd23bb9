import { EventEmitter, once } from "node:events";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { nativeDialect } from "../../dialect/native.ts";
import { gateway } from "../../gateway.ts";
import type { Principal } from "../../principal.ts";
import { memory } from "../../store/memory.ts";
import { ScriptedSource } from "../../testing/scripted-source.ts";
import { Defence } from "../http/defence.ts";
import { type Links } from "./links.ts";
import { serve } from "./serve.ts";
import { upgrades } from "./upgrade.ts";

it("an upgrade whose authorizer answers once the server is closing is refused, and the server closes", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Principal>();
  const slow = gateway({
    routes: {},
    dialect: nativeDialect,
    authorize: () => {
      asked.resolve();
      return answer.promise;
    },
  });
  const server = await serve({ slow }, { store: memory(), source: new ScriptedSource(), port: 0, signals: false });
  const ws = new WebSocket(server.url.replace("http", "ws") + "/slow");
  ws.on("error", () => {});
  const refused = once(ws, "unexpected-response");
  await asked.promise;
  const closed = server.close();
  answer.resolve({ id: "ann" });
  const [, response] = await refused;
  expect(response.statusCode).toBe(503);
  response.resume();
  await closed;
  expect(server.engine.metrics.connections.websocket).toBe(0);
});

it("an address that tries too often is refused before anybody is asked who it is; the machine's own never is", async () => {
  let asked = 0;
  const app = gateway({
    routes: {},
    dialect: nativeDialect,
    authorize: () => {
      asked += 1;
      return undefined;
    },
  });
  const options = { store: memory(), source: new ScriptedSource(), port: 0, signals: false };
  await using server = await serve({ app }, { ...options, allowances: { attemptsPerMinute: 2 } });
  const upgrade = upgrades({
    engine: server.engine,
    defence: new Defence([]),
    links: {} as Links,
    accepting: () => true,
  });
  const statuses = async (remoteAddress: string, attempts: number): Promise<string[]> =>
    Promise.all(Array.from({ length: attempts }, () => answerTo(upgrade, remoteAddress)));
  expect(await statuses("127.0.0.1", 4)).toEqual(["401", "401", "401", "401"]);
  expect(await statuses("203.0.113.7", 4)).toEqual(["401", "401", "429", "429"]);
  expect(await statuses("203.0.113.8", 1)).toEqual(["401"]);
  expect(asked).toBe(7);
});

/** The status that an upgrade from this address is answered with. */
async function answerTo(upgrade: ReturnType<typeof upgrades>, remoteAddress: string): Promise<string> {
  const socket = new PassThrough();
  const request = Object.assign(new EventEmitter(), {
    url: "/app",
    headers: { host: "localhost" },
    socket: { remoteAddress },
  });
  upgrade(request as unknown as IncomingMessage, socket, Buffer.alloc(0));
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return /^HTTP\/1.1 (\d+)/.exec(answer.toString())![1]!;
}
