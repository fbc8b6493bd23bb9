import { once } from "node:events";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { nativeDialect } from "../../dialect/native.ts";
import { gateway } from "../../gateway.ts";
import type { Principal } from "../../principal.ts";
import { memory } from "../../store/memory.ts";
import { ScriptedSource } from "../../testing/scripted-source.ts";
import { serve } from "./serve.ts";

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
