import { DIGITS, MARK } from "../job.ts";
import { percentile } from "../median.ts";
import { microseconds } from "../microseconds.ts";
import { RawLink, openLinks } from "./raw-link.ts";
import { SPEECHES } from "./speech.ts";
import { type Figures, type Task, ready } from "./task.ts";

/** Reads the time at which each chunk was made, and holds it against its own; microseconds. */
export async function time({ port, speech, connections, chunks, margin }: Task): Promise<Figures> {
  const delays = new Float64Array(connections * (chunks - 2 * margin));
  const finished = Promise.withResolvers<void>();
  let taken = 0;
  const open = (): RawLink => {
    let left = chunks - margin;
    let tail = "";
    return new RawLink(port, SPEECHES[speech], (bytes, length) => {
      const now = microseconds();
      const text = tail + Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
      let from = 0;
      for (let at = markIn(text, 0); at >= 0 && left > 0; at = markIn(text, from)) {
        const digits = text.slice(at + 1, at + 1 + DIGITS);
        if (digits.length < DIGITS) break;
        from = at + 1 + DIGITS;
        if (left <= chunks - 2 * margin) delays[taken++] = now - Number(digits);
        left -= 1;
        if (taken === delays.length) finished.resolve();
      }
      tail = left === 0 ? "" : text.slice(Math.max(from, text.length - DIGITS));
    });
  };
  const links = await openLinks(connections, open);
  await ready();
  await finished.promise;
  for (const link of links) link.cut();
  delays.sort();
  return { p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), p999: percentile(delays, 0.999) };
}

/** A mark is one only before a digit, as far as that can be seen. */
function markIn(text: string, from: number): number {
  let at = text.indexOf(MARK, from);
  while (at >= 0 && at + 1 < text.length && !/\d/.test(text[at + 1]!)) at = text.indexOf(MARK, at + 1);
  return at;
}
