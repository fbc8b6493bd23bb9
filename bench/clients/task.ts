import { once } from "node:events";
import type { SpeechName } from "./speech.ts";

/** What the client process has to do. */
export interface Task {
  readonly work: "count" | "time" | "idle" | "replay" | "recover";
  readonly port: number;
  readonly speech: SpeechName;
  /** Connections at once. */
  readonly connections: number;
  /** Chunks of one stream. */
  readonly chunks: number;
  /** So many chunks at either end of each stream are not timed: a thousand streams that begin or end at once are another matter. */
  readonly margin: number;
  /** Replays, or cuts. */
  readonly times: number;
}

/** Figures by name. */
export type Figures = Readonly<Record<string, number>>;

/** Tells the bench that everything is set, and waits for its word. */
export async function ready(): Promise<void> {
  const word = once(process, "message");
  process.send!("ready");
  await word;
}
