import { createClient } from "sluice/client";
import type { Event, JsonObject } from "sluice/protocol";
import { type WireFrame, disorder, isLast, placeOf, textOf } from "./support/frames.ts";
import { type Reader, type Wanted, readByPoll, readBySocket, readBySse } from "./support/stubborn-readers.ts";

/** What a reader made of one stream. */
export interface Reading {
  readonly text: string;
  /** Pieces in which the text came. */
  readonly pieces: number;
  /** The whole answer as the stream's last event tells it. */
  readonly answer: unknown;
  /** Terminal events that came. */
  readonly ends: number;
  /** Seq of the last event. */
  readonly seq: number;
  /** What broke the order, or the count, of frames or events. */
  readonly problems: readonly string[];
}

/** Asks for these answers at this address and reads each to its end. */
export type ReadAll = (url: string, wanted: readonly Wanted[], session: string) => Promise<Reading[]>;

export const bySocket: ReadAll = withFrames(readBySocket);
export const bySse: ReadAll = withFrames(readBySse);
export const byPoll: ReadAll = withFrames(readByPoll);

/** All by one client of ours: it reconnects, resumes and proves by itself, in the native dialect. */
export const byClient: ReadAll = async (url, wanted, session) => {
  const client = createClient({ url: `${url}/proof`, session, random: () => 0.05 });
  try {
    return await Promise.all(
      wanted.map(async ({ route, input, requestId }): Promise<Reading> => {
        const run = client.run(route, input as JsonObject, { requestId });
        const events: Event[] = [];
        for await (const event of run) events.push(event);
        const last = events.at(-1)!;
        const texts = events.flatMap((event) => (event.type === "text-delta" ? [event.text] : []));
        const { duplicates, gaps } = client.stats;
        return {
          text: texts.join(""),
          pieces: texts.length,
          answer: last.type === "complete" ? last.text : last,
          ends: events.filter(({ type }) => type === "complete" || type === "error" || type === "cancelled").length,
          seq: Number(run.offset!.split("-")[1]),
          problems: gaps + duplicates === 0 ? [] : [`${gaps} gaps and ${duplicates} duplicates`],
        };
      }),
    );
  } finally {
    client.close();
  }
};

function withFrames(reader: Reader): ReadAll {
  return async (url, wanted, session) => (await reader(url, wanted, session)).map(readingOf);
}

function readingOf(frames: readonly WireFrame[]): Reading {
  const streams = new Set(frames.map(({ streamId }) => streamId)).size;
  const ends = frames.filter(isLast);
  const last = frames.at(-1)!;
  return {
    text: textOf(frames),
    pieces: frames.filter(({ type }) => type === "stream_chunk").length,
    answer: last["fullContent"] ?? last,
    ends: ends.length,
    seq: placeOf(last).seq,
    problems: [...disorder(frames), ...(streams === 1 ? [] : [`frames of ${streams} streams`])],
  };
}
