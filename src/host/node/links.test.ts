import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, it } from "vitest";
import type { WebSocket } from "ws";
import type { Connection } from "../../connection.ts";
import { defaultLimits } from "../../limits.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { WebSocketTransport } from "../../transport/websocket.ts";
import { Links } from "./links.ts";
import { Stalls } from "./stalls.ts";

it("a link that comes when all are closed is closed at once, and cut where its client stays", async () => {
  const clock = new FakeClock();
  const links = new Links(clock, defaultLimits, new Stalls(clock, defaultLimits));
  await links.closeAll(2000);
  const told: unknown[] = [];
  const ws = Object.assign(new EventEmitter(), { terminate: () => told.push("cut") }) as unknown as WebSocket;
  const connection = { close: (code: number) => told.push(code) } as unknown as Connection;
  links.add(ws, { bytesRead: 0 } as Socket, {} as WebSocketTransport, connection);
  expect(told).toEqual([1012]);
  await clock.advance(2000);
  expect(told).toEqual([1012, "cut"]);
});
