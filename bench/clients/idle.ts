import { setTimeout as pause } from "node:timers/promises";
import { RawLink, openLinks } from "./raw-link.ts";
import { SPEECHES, idleSpeech } from "./speech.ts";
import { type Figures, type Task, ready } from "./task.ts";

/** Opened first, so that what a server makes once is not counted. */
const WARM_UP = 200;
const SETTLE_MS = 300;

/** Holds connections that nothing happens on. */
export async function idle({ port, speech, connections }: Task): Promise<Figures> {
  const words = idleSpeech(SPEECHES[speech]);
  const open = (): RawLink => new RawLink(port, words, () => {});
  const first = await openLinks(WARM_UP, open);
  await pause(SETTLE_MS);
  await ready();
  const links = await openLinks(connections, open);
  await pause(SETTLE_MS);
  await ready();
  for (const link of [...first, ...links]) link.cut();
  return {};
}
