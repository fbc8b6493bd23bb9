import { setTimeout as pause } from "node:timers/promises";
import { median } from "../median.ts";
import { microseconds } from "../microseconds.ts";
import { ChunkCounter } from "./chunk-counter.ts";
import { RawLink } from "./raw-link.ts";
import { SPEECHES, type Speech } from "./speech.ts";
import type { Figures, Task } from "./task.ts";

/** Long enough for a server to see that a connection is gone, and to put an ended stream away. */
const SETTLE_MS = 500;

/** Lets a stream run to its end, then has it replayed again and again; `milliseconds` from connect to the last chunk. */
export async function replay({ port, speech, chunks, times }: Task): Promise<Figures> {
  const said = await receive(port, SPEECHES[speech], chunks);
  const words = again[speech]?.(said) ?? SPEECHES[speech];
  const durations: number[] = [];
  for (let time = 0; time < times; time += 1) {
    await pause(SETTLE_MS);
    const begun = microseconds();
    await receive(port, words, chunks);
    durations.push((microseconds() - begun) / 1e3);
  }
  return { milliseconds: median(durations) };
}

/** Resolves, with what was said at the opening, when so many chunks have come. */
async function receive(port: number, speech: Speech, chunks: number): Promise<string> {
  const counter = new ChunkCounter();
  const finished = Promise.withResolvers<void>();
  const link = new RawLink(port, speech, (bytes, length) => {
    counter.take(bytes, length);
    if (counter.count >= chunks) finished.resolve();
  });
  await link.opened;
  await finished.promise;
  link.cut();
  return link.said;
}

/** How a stream is asked for again, from what was said when it was opened. */
const again: Partial<Record<Task["speech"], (said: string) => Speech>> = {
  sluice: resumed,
  "sluice-app": resumed,
  "socket.io": recovered,
};

function resumed(said: string): Speech {
  const streamId = /"streamId":"([^"]+)"/.exec(said)?.[1];
  const send = JSON.stringify({ action: "resume", streamId });
  return { ...SPEECHES.sluice, steps: [{ after: "\r\n\r\n", send }] };
}

/** The place is that of the first event, `start`: everything after it was missed, and comes before the welcome. */
function recovered(said: string): Speech {
  const pid = /"pid":"([^"]+)"/.exec(said)?.[1];
  const offset = /"type":"start"\},"([^"]+)"\]/.exec(said)?.[1];
  const speech = SPEECHES["socket.io"];
  const send = `40${JSON.stringify({ pid, offset })}`;
  return { ...speech, steps: [{ after: "\r\n\r\n", send }] };
}
