/** A tenant that asks for so many short runs a second, on many connections, and reads what comes. */
import { setPriority } from "node:os";
import { WebSocket } from "ws";

const [port, connections, perSecond] = process.argv.slice(2).map(Number) as [number, number, number];
const EVERY_MS = 2;
/** Unsent bytes above which a connection waits: what the server does not read stays with the flooder. */
const FULL = 64 * 1024;

// What it takes of the viewers' core is not the server's doing.
setPriority(19);
const tally = { sent: 0, refused: 0, granted: 0 };
const message = JSON.stringify({ action: "timed", count: 1, everyMs: 1 });
const sockets = await Promise.all(
  Array.from({ length: connections }, async () => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/flood`, { headers: { Authorization: "Bearer flood" } });
    ws.on("message", (data: Buffer) => {
      const text = data.toString("latin1");
      if (text.includes('"rate_limited"')) tally.refused += 1;
      else if (text.includes('"start"')) tally.granted += 1;
    });
    ws.on("error", () => {});
    await new Promise((resolve) => ws.once("open", resolve));
    return ws;
  }),
);
let next = 0;
setInterval(() => {
  for (let count = 0; count < (perSecond * EVERY_MS) / 1000; count += 1) {
    const ws = sockets[(next += 1) % sockets.length]!;
    if (ws.bufferedAmount > FULL) continue;
    ws.send(message);
    tally.sent += 1;
  }
}, EVERY_MS);
process.on("message", () => process.send!(tally));
process.on("disconnect", () => process.exit());
process.send!("flooding");
