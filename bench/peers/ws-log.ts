/** The reference for replay: a log of strings in memory, sent over `ws`, one message a chunk. */
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { servePeer } from "./harness.ts";

await servePeer(async (feed) => {
  const line = feed.open();
  const log = Array.from({ length: feed.job.chunks }, (_, seq) =>
    JSON.stringify({ type: "text-delta", id: "0", seq: 100_000 + seq, ts: 1_000_933_204_992, delta: line.text() }),
  );
  line.close();
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  server.on("connection", (ws) => {
    ws.on("error", () => {});
    ws.on("message", () => {
      for (const json of log) ws.send(json);
    });
  });
  await new Promise((resolve) => server.once("listening", resolve));
  return (server.address() as AddressInfo).port;
});
