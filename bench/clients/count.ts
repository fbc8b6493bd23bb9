import { microseconds } from "../microseconds.ts";
import { ChunkCounter } from "./chunk-counter.ts";
import { RawLink, openLinks } from "./raw-link.ts";
import { SPEECHES } from "./speech.ts";
import { type Figures, type Task, ready } from "./task.ts";

/** Takes whole streams as fast as they come; `finishedAt` is when the last byte of the last one was read. */
export async function count({ port, speech, connections, chunks }: Task): Promise<Figures> {
  const expected = chunks * SPEECHES[speech].copies;
  const finished = Promise.withResolvers<void>();
  let unfinished = connections;
  const counters: ChunkCounter[] = [];
  const open = (): RawLink => {
    const counter = new ChunkCounter();
    counters.push(counter);
    return new RawLink(port, SPEECHES[speech], (bytes, length) => {
      if (counter.count >= expected) return;
      counter.take(bytes, length);
      if (counter.count < expected) return;
      unfinished -= 1;
      if (unfinished === 0) finished.resolve();
    });
  };
  const links = await openLinks(connections, open);
  await ready();
  await finished.promise;
  const finishedAt = microseconds();
  for (const link of links) link.cut();
  if (counters.some((counter) => counter.count !== expected)) throw new Error("A stream held more than was sent.");
  return { finishedAt };
}
