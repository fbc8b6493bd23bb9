import { WebSocket } from "ws";
import type { EventsFrame, ServerFrame } from "sluice/protocol";

/** Only the wire: after each cut the stream is resumed behind the last offset; before the first one, asked for again. */
export async function recoverSluice(port: number): Promise<string> {
  const session = `session=${crypto.randomUUID()}`;
  let text = "";
  let streamId: string | undefined;
  let offset: string | undefined;
  let ended = false;
  while (!ended) {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/bench?${session}`, ["sluice.v1"]);
    ws.on("error", () => {});
    ws.on("open", () => {
      const place = { action: "resume", streamId, ...(offset !== undefined && { offset }) };
      ws.send(JSON.stringify(streamId === undefined ? { action: "go", requestId: "1" } : place));
    });
    ws.on("message", (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as ServerFrame;
      if (frame.type === "start") ({ streamId, offset } = frame);
      if (frame.type !== "events") return;
      text += textOf(frame);
      offset = frame.offset;
      ended = frame.events.at(-1)?.type === "complete";
      if (ended) ws.close();
    });
    await new Promise((resolve) => ws.once("close", resolve));
  }
  return text;
}

function textOf({ events }: EventsFrame): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}
