/** Socket.IO with connection state recovery: each event is kept in memory, with its offset. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import type { Feed } from "./feed.ts";
import { servePeer } from "./harness.ts";

const KEPT_MS = 120_000;

await servePeer(async (feed) => {
  const http = createServer();
  const io = new Server(http, {
    transports: ["websocket"],
    perMessageDeflate: false,
    connectionStateRecovery: { maxDisconnectionDuration: KEPT_MS },
  });
  io.on("connection", (socket) => {
    socket.on("go", () => void stream(socket, feed));
  });
  await new Promise<void>((resolve) => http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, resolve));
  return (http.address() as AddressInfo).port;
});

/** The socket may be gone and come back meanwhile: what is emitted is kept for it. */
async function stream(socket: Socket, feed: Feed): Promise<void> {
  const { chunks, together } = feed.job;
  const line = feed.open();
  socket.emit("start", { type: "start" });
  for (let sent = 0; sent < chunks; sent += together) {
    await line.arrival();
    for (let i = 0; i < together; i += 1) socket.emit("chunk", { type: "text-delta", id: "0", delta: line.text() });
  }
  line.close();
  socket.emit("finish", { type: "finish" });
}
