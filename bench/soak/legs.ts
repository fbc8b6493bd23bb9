import http from "node:http";
import { NATIVE_SUBPROTOCOL, type StreamReport } from "sluice/protocol";
import { WebSocket } from "ws";
import type { WireFrame } from "../../test/end-to-end/support/frames.ts";
import type { Reading } from "./reading.ts";

/** Where the system under the soak is, for one viewer. */
export interface Door {
  readonly port: number;
  readonly session: string;
  /** Keeps HTTP connections, as browsers do. */
  readonly agent: http.Agent;
}

/** What a viewer asks for. */
export interface Request {
  readonly route: string;
  readonly requestId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** One connection of a viewer: from where its reading stands to the stream's end, or to a cut. */
export interface Leg {
  /** Resolves when nothing comes any more. */
  readonly over: Promise<void>;
  cut(): void;
  cancel(): void;
}

export type OpenLeg = (door: Door, request: Request, reading: Reading) => Leg;

/** A WebSocket, in the app's dialect or the native one. */
function socketLeg(subprotocols: string[]): OpenLeg {
  return ({ port, session }, request, reading) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/proof?session=${session}`, subprotocols, {
      perMessageDeflate: false,
    });
    const send = (message: object): void => ws.send(JSON.stringify(message));
    ws.on("error", () => {});
    ws.on("open", () => {
      const { streamId, offset } = reading;
      if (streamId !== undefined) send({ action: "resume", streamId, offset });
      else send({ action: request.route, requestId: request.requestId, ...request.input });
    });
    ws.on("message", (data: Buffer) => {
      reading.take(JSON.parse(data.toString("utf8")) as WireFrame);
      if (reading.end !== undefined) ws.close();
    });
    return {
      over: new Promise((resolve) => ws.once("close", () => resolve())),
      cut: () => ws.terminate(),
      cancel: () => send({ action: "cancel", requestId: request.requestId }),
    };
  };
}

const sseLeg: OpenLeg = (door, request, reading) => {
  const abort = new AbortController();
  const read = async (): Promise<void> => {
    const { streamId, offset } = reading;
    const response = await call(
      door,
      streamId === undefined
        ? { path: `/proof/${request.route}`, body: { ...request.input, requestId: request.requestId } }
        : { path: `/proof/streams/${streamId}`, headers: { "Last-Event-ID": offset! } },
      { Accept: "text/event-stream" },
      abort.signal,
    );
    let rest = "";
    response.setEncoding("utf8");
    for await (const text of response as AsyncIterable<string>) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop()!;
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) reading.take(JSON.parse(data) as WireFrame);
      }
    }
  };
  return { over: untilCut(read(), abort, reading), cut: () => abort.abort(), cancel: () => cancel(door, reading) };
};

const pollLeg: OpenLeg = (door, request, reading) => {
  const abort = new AbortController();
  const ask = async (asked: Call, headers: Record<string, string> = {}): Promise<WireFrame> =>
    jsonOf(await call(door, asked, headers, abort.signal)) as Promise<WireFrame>;
  const read = async (): Promise<void> => {
    if (reading.streamId === undefined) {
      const body = { ...request.input, requestId: request.requestId };
      const { streamId } = await ask({ path: `/proof/${request.route}`, body }, { Prefer: "respond-async" });
      reading.learn(streamId as string);
    }
    while (reading.end === undefined) {
      const path = `/proof/streams/${reading.streamId}?wait=25&offset=${reading.offset ?? ""}`;
      for (const frame of (await ask({ path }))["frames"] as WireFrame[]) reading.take(frame);
    }
  };
  return { over: untilCut(read(), abort, reading), cut: () => abort.abort(), cancel: () => cancel(door, reading) };
};

export const LEGS = {
  native: socketLeg([NATIVE_SUBPROTOCOL]),
  app: socketLeg([]),
  sse: sseLeg,
  poll: pollLeg,
} satisfies Record<string, OpenLeg>;

export type Kind = keyof typeof LEGS;

/** The stream's state as it is told to whoever asks. */
export async function stateOf(door: Door, streamId: string): Promise<Pick<StreamReport, "state" | "text">> {
  const answer = await call(door, { path: `/proof/streams/${streamId}` }, { Accept: "application/json" });
  return (await jsonOf(answer)) as StreamReport;
}

async function jsonOf(response: http.IncomingMessage): Promise<unknown> {
  response.setEncoding("utf8");
  let text = "";
  for await (const part of response as AsyncIterable<string>) text += part;
  return JSON.parse(text);
}

interface Call {
  readonly path: string;
  readonly headers?: Record<string, string>;
  /** Makes it a POST. */
  readonly body?: object;
}

function call(
  { port, session, agent }: Door,
  { path, headers, body }: Call,
  more: Record<string, string>,
  signal?: AbortSignal,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(
      {
        port,
        host: "127.0.0.1",
        path,
        agent,
        method: body === undefined ? "GET" : "POST",
        headers: {
          "Sluice-Session": session,
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...headers,
          ...more,
        },
        ...(signal !== undefined && { signal }),
      },
      resolve,
    );
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function cancel(door: Door, { streamId }: Reading): void {
  const asked = call(door, { path: `/proof/streams/${streamId}/cancel`, body: {} }, {});
  // Where it fails, the stream does not end as it should, which is told.
  void asked.then((response) => response.resume()).catch(() => {});
}

/** Resolves in any case; only what was not our own cut is told. */
async function untilCut(reading: Promise<void>, { signal }: AbortController, { problems }: Reading): Promise<void> {
  try {
    await reading;
  } catch (thrown) {
    if (!signal.aborted) problems.push(`was cut off: ${String(thrown)}`);
  }
}
