/** The baseline: `JSON.stringify` and one `send` a chunk, no log. */
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { Feed } from "./feed.ts";
import { servePeer } from "./harness.ts";

/** Unsent bytes above which a stream waits for its connection. */
const MAX_BUFFERED_BYTES = 64 * 1024;

await servePeer(async (feed) => {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false, backlog: 4096 });
  server.on("connection", (ws) => {
    ws.on("error", () => {});
    ws.on("message", () => void stream(ws, feed));
  });
  await new Promise((resolve) => server.once("listening", resolve));
  return (server.address() as AddressInfo).port;
});

async function stream(ws: WebSocket, feed: Feed): Promise<void> {
  const { chunks, together } = feed.job;
  const line = feed.open();
  ws.send(JSON.stringify({ type: "start" }));
  for (let seq = 0; seq < chunks;) {
    await line.arrival();
    if (ws.bufferedAmount > MAX_BUFFERED_BYTES) continue;
    for (let i = 0; i < together; i += 1, seq += 1) {
      ws.send(
        JSON.stringify({ type: "text-delta", id: "0", seq: 100_000 + seq, ts: 1_000_933_204_992, delta: line.text() }),
      );
    }
  }
  line.close();
  ws.send(JSON.stringify({ type: "finish" }));
}
