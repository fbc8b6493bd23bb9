import { Worker } from "node:worker_threads";
import type { ImageFacts } from "../inspect.ts";
import type { Impression } from "./impression.ts";

/** Above this many pixels an image is not decoded: four bytes each, and twice that while it is unpacked. */
export const MAX_PIXELS = 16_000_000;
const PATIENCE_MS = 10_000;
const HEAP_MB = 512;

let last: Promise<unknown> = Promise.resolve();

/**
 * Decodes the image in a thread of its own, one at a time, so that no viewer waits for it. Undefined where the image is too
 * large, takes too long, or is broken.
 */
export function look(bytes: Uint8Array, facts: ImageFacts, signal: AbortSignal): Promise<Impression | undefined> {
  if (facts.width * facts.height > MAX_PIXELS) return Promise.resolve(undefined);
  const looked = last.then(() => (signal.aborted ? undefined : lookAlone(bytes, facts, signal)));
  last = looked.catch(() => undefined);
  return looked;
}

async function lookAlone(bytes: Uint8Array, facts: ImageFacts, signal: AbortSignal): Promise<Impression | undefined> {
  const { promise, resolve } = Promise.withResolvers<Impression | undefined>();
  const giveUp = (): void => resolve(undefined);
  const worker = new Worker(new URL("./looking-thread.ts", import.meta.url), {
    workerData: { bytes, facts },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    execArgv: [],
    stderr: true,
  });
  const timer = setTimeout(giveUp, PATIENCE_MS);
  signal.addEventListener("abort", giveUp);
  worker.once("message", resolve).once("error", giveUp).once("exit", giveUp);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
    await worker.terminate();
  }
}
