import { setTimeout as pause } from "node:timers/promises";
import { faultProxy } from "sluice/testing";
import { chunkValues } from "../job.ts";
import { recoverAi } from "./recover-ai.ts";
import { recoverSluice } from "./recover-sluice.ts";
import { recoverSocketIo } from "./recover-socket-io.ts";
import type { Figures, Task } from "./task.ts";

/** Follows one stream to its end through whatever happens, and gives all the text that it has shown. */
export type Recover = (port: number) => Promise<string>;

const ways: Partial<Record<Task["speech"], Recover>> = {
  sluice: recoverSluice,
  "socket.io": recoverSocketIo,
  ai: recoverAi,
};

/** How long the stream takes. */
const STREAM_MS = 10_000;
/** No cut falls in its last part: a stream that has ended is another matter at some peers. */
const CUT_PART = 0.95;
/** A client that has not ended by then has lost the rest. */
const PATIENCE_MS = 8000;
const RETRY_MS = 10;

/** Cuts the connection `times` times at random moments of one stream; chunks lost, doubled and out of order. */
export async function recover({ port, speech, chunks, times }: Task): Promise<Figures> {
  await using proxy = await faultProxy(port);
  const moments = Array.from({ length: times }, () => Math.random() * STREAM_MS * CUT_PART).sort(
    (left, right) => left - right,
  );
  const begun = performance.now();
  const following = ways[speech]!(proxy.port);
  for (const moment of moments) {
    await pause(Math.max(0, begun + moment - performance.now()));
    while (proxy.cut() === 0) await pause(RETRY_MS);
  }
  const rest = begun + STREAM_MS + PATIENCE_MS - performance.now();
  const text = await Promise.race([following, pause(rest, undefined, { ref: false })]);
  if (text === undefined) return { cuts: proxy.cuts, lost: Number.NaN, doubled: Number.NaN, disordered: Number.NaN };
  const values = chunkValues(text);
  const different = new Set(values).size;
  return {
    cuts: proxy.cuts,
    lost: chunks - different,
    doubled: values.length - different,
    disordered: values.filter((value, index) => index > 0 && value < values[index - 1]!).length,
  };
}
