import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "sluice/client";
import { WebSocket } from "ws";
import type { SeededRandom } from "../../src/testing/seeded-random.ts";
import { Progress, type ChaosFrame } from "./progress.ts";
import type { Reading, Wanted } from "./reading.ts";

/** Where viewers may go: the address of any node, each time another one. */
export interface Places {
  readonly random: SeededRandom;
  pick(): string;
}

/** Asks for an answer and reads it to its end, on whatever node it comes to. */
export type View = (places: Places, wanted: Wanted, signal: AbortSignal) => Promise<Reading>;

/** A link on which nothing comes for so long is given up: its node may stand still. */
const SILENCE_MS = 6000;

/** On a bare WebSocket, in the app's own dialect. */
export const bySocket: View = (places, wanted, signal) =>
  again(places, wanted, signal, async (progress) => {
    const ws = new WebSocket(`${places.pick().replace("http", "ws")}/app?session=${wanted.session}`);
    const closed = new Promise<void>((resolve) => ws.once("close", () => resolve()));
    const watch = watchdog(() => ws.terminate(), signal);
    ws.on("error", () => {});
    ws.on("open", () => {
      const { route: action, requestId, input } = wanted;
      const { streamId, offset } = progress;
      const message = streamId === undefined ? { action, requestId, ...input } : { action: "resume", streamId, offset };
      ws.send(JSON.stringify(message));
    });
    ws.on("message", (data: Buffer) => {
      watch.touch();
      progress.takeJson(data.toString("utf8"));
      if (progress.settled) ws.close();
    });
    await closed;
    watch.stop();
  });

/** By event streams, each from where the last one broke. */
export const bySse: View = (places, wanted, signal) =>
  again(places, wanted, signal, async (progress) => {
    const abort = new AbortController();
    const watch = watchdog(() => abort.abort(), signal);
    try {
      const response = await ask(places, wanted, progress, { Accept: "text/event-stream" }, abort.signal);
      if (response.status !== 200) return progress.refused(response.status, await response.text());
      let rest = "";
      const decoder = new TextDecoder();
      for await (const bytes of response.body!) {
        watch.touch();
        const blocks = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split("\n\n");
        rest = blocks.pop()!;
        for (const block of blocks) {
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data !== undefined) progress.takeJson(data);
        }
      }
    } finally {
      watch.stop();
    }
  });

/** By long polls. */
export const byPoll: View = (places, wanted, signal) =>
  again(places, wanted, signal, async (progress) => {
    const abort = new AbortController();
    const watch = watchdog(() => abort.abort(), signal);
    try {
      const headers = { Prefer: "respond-async" };
      const response = await ask(places, wanted, progress, headers, abort.signal, "?wait=3");
      const body = await response.text();
      if (response.status !== 202 && response.status !== 200) return progress.refused(response.status, body);
      progress.takePoll(body);
    } finally {
      watch.stop();
    }
  });

/** By our own client. */
export const byClient: View = async (places, wanted, signal) => {
  const elsewhere = (url: string): string => url.replace(/^(http|ws):\/\/[^/]+/, places.pick().replace("http", "$1"));
  class AnyNode extends WebSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(elsewhere(url), protocols);
    }
  }
  const client = createClient({
    url: `${places.pick()}/app`,
    session: wanted.session,
    WebSocket: AnyNode as never,
    fetch: (url, init) => globalThis.fetch(elsewhere(String(url)), init as RequestInit) as never,
    random: () => places.random.next(),
  });
  const stop = (): void => client.close();
  signal.addEventListener("abort", stop);
  try {
    const run = client.run(wanted.route, { ...wanted.input }, { requestId: wanted.requestId });
    let text = "";
    let last: ChaosFrame = {};
    for await (const event of run) {
      if (event.type === "text-delta") text += event.text;
      last = event as unknown as ChaosFrame;
    }
    const { gaps, duplicates, reconnects } = client.stats;
    return {
      streamId: run.streamId!,
      text,
      end: last.type === "error" ? last.code! : last.type!,
      offset: run.offset!,
      ...(last.partialLength !== undefined && { partialLength: last.partialLength }),
      ...(last.type === "complete" && { answer: (last as { text?: string }).text! }),
      returns: reconnects,
      problems: gaps + duplicates === 0 ? [] : [`our client: ${gaps} gaps and ${duplicates} duplicates`],
    };
  } finally {
    signal.removeEventListener("abort", stop);
    client.close();
  }
};

export const VIEWS: readonly View[] = [bySocket, bySse, byPoll, byClient];

/** Comes back until the end was seen. */
async function again(
  places: Places,
  wanted: Wanted,
  signal: AbortSignal,
  attempt: (progress: Progress) => Promise<void>,
): Promise<Reading> {
  const progress = new Progress(wanted.requestId);
  for (;;) {
    await attempt(progress).catch(() => {});
    if (progress.settled) return progress.reading();
    signal.throwIfAborted();
    await pause(places.random.integer(20, 200));
    progress.returns += 1;
  }
}

/** The request, or what follows of its stream. */
function ask(
  places: Places,
  { route, requestId, session, input }: Wanted,
  { streamId, offset }: Progress,
  headers: Record<string, string>,
  signal: AbortSignal,
  query = "",
): Promise<Response> {
  const app = `${places.pick()}/app`;
  if (streamId === undefined) {
    const body = JSON.stringify({ ...input, requestId });
    const sent = { ...headers, "Content-Type": "application/json", "Sluice-Session": session };
    return fetch(`${app}/${route}`, { method: "POST", body, headers: sent, signal });
  }
  const place = query === "" ? `?offset=${offset ?? ""}` : `${query}&offset=${offset ?? ""}`;
  return fetch(`${app}/streams/${streamId}${place}`, { headers: { Accept: headers["Accept"] ?? "*/*" }, signal });
}

interface Watchdog {
  touch(): void;
  stop(): void;
}

/** Gives up a link that is silent, and all when the campaign is over. */
function watchdog(giveUp: () => void, signal: AbortSignal): Watchdog {
  let timer = setTimeout(giveUp, SILENCE_MS);
  signal.addEventListener("abort", giveUp);
  return {
    touch() {
      clearTimeout(timer);
      timer = setTimeout(giveUp, SILENCE_MS);
    },
    stop() {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    },
  };
}
