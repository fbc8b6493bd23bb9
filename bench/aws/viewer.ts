import { once } from "node:events";
import { WebSocket } from "ws";
import { checkTokens } from "../../src/testing/numbered-tokens.ts";
import { microseconds } from "../microseconds.ts";
import type { Speech } from "./speech.ts";

/** How an answer came. */
export interface Viewed {
  readonly label: string;
  /** When each token was read, on the machine's monotonic clock, microseconds. */
  readonly arrived: readonly number[];
  /** Messages with words in them. */
  readonly frames: number;
}

/** Asks for one answer on a connection of its own, and reads it to its end; rejects where a token is not as it must be. */
export async function view(url: string, speech: Speech): Promise<Viewed> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, "open");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const arrived: number[] = [];
  let text = "";
  let frames = 0;
  socket.on("message", (data: Buffer) => {
    const now = microseconds();
    const frame = JSON.parse(data.toString("utf8")) as { type: string; content?: string; message?: string };
    if (frame.type === "stream_complete") resolve();
    else if (frame.type === "error") reject(new Error(frame.message));
    else if (frame.type === "stream_chunk") {
      frames += 1;
      text += frame.content!;
      for (const _token of frame.content!.matchAll(/\|/g)) arrived.push(now);
    }
  });
  socket.on("close", () => reject(new Error("The connection ended before the answer.")));
  socket.send(JSON.stringify({ action: "ask", prompt: JSON.stringify(speech) }));
  await promise;
  const { lost, doubled, reordered, foreign } = checkTokens(text, speech.tokens);
  const wrong = [lost, doubled, reordered, foreign].map((list) => list.length);
  if (wrong.some((count) => count > 0)) throw new Error(`Lost, doubled, reordered, foreign: ${wrong.join(", ")}.`);
  const closed = once(socket, "close");
  socket.close();
  await closed;
  return { label: speech.label, arrived, frames };
}
