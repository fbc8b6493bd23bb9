import { type WireFrame, isLast } from "./frames.ts";
import { EventStream, type Poll, posted, request } from "./http-client.ts";
import { SocketClient } from "./socket-client.ts";

/** One answer that a reader wants, whatever breaks. */
export interface Wanted {
  readonly route: string;
  readonly requestId: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Asks for these answers at this address and reads each to its end; gives each one's frames as they came, unfiltered. */
export type Reader = (url: string, wanted: readonly Wanted[], session: string) => Promise<WireFrame[][]>;

const MAX_ATTEMPTS = 500;
const finished = (frames: readonly WireFrame[]): boolean => frames.some(isLast);

/** All on one WebSocket; reconnects, repeats the request where it has no answer yet, else resumes after the last offset. */
export const readBySocket: Reader = async (url, wanted, session) => {
  const seen = new Map(wanted.map(({ requestId }) => [requestId, [] as WireFrame[]]));
  const open = (): Wanted[] => wanted.filter(({ requestId }) => !finished(seen.get(requestId)!));
  for (let attempt = 0; open().length > 0; attempt += 1) {
    if (attempt > MAX_ATTEMPTS) throw new Error(`Still no end after ${attempt} connections.`);
    const client = await SocketClient.open(`${url.replace(/^http/, "ws")}/proof?session=${session}`).catch(
      () => undefined,
    );
    if (client === undefined) continue;
    client.ws.on("message", () => {
      const frame = client.frames.at(-1)!;
      const frames = seen.get(frame.requestId ?? "");
      if (frame.offset === undefined || frames === undefined) throw new Error(`Unexpected: ${JSON.stringify(frame)}`);
      frames.push(frame);
      if (open().length === 0) client.ws.close();
    });
    for (const { route, requestId, input } of open()) {
      const last = seen.get(requestId)!.at(-1);
      if (last === undefined) client.send({ action: route, requestId, ...input });
      else client.send({ action: "resume", streamId: last.streamId, offset: last.offset });
    }
    await client.closed;
  }
  return [...seen.values()];
};

/** Each on an event stream of its own; re-GETs with Last-Event-ID. */
export const readBySse: Reader = (url, wanted, session) =>
  Promise.all(
    wanted.map(async ({ route, requestId, input }) => {
      const seen: WireFrame[] = [];
      for (let attempt = 0; !finished(seen); attempt += 1) {
        if (attempt > MAX_ATTEMPTS) throw new Error(`Still no end after ${attempt} requests.`);
        const last = seen.at(-1);
        const asking =
          last === undefined
            ? EventStream.open(`${url}/proof/${route}?session=${session}`, posted({ ...input, requestId }))
            : EventStream.open(`${url}/proof/streams/${last.streamId}`, { headers: { "Last-Event-ID": last.offset! } });
        const events = await asking.catch(() => undefined);
        if (events === undefined) continue;
        if (events.status !== 200) throw new Error(`Answered with ${events.status}, ${JSON.stringify(last)}`);
        await events.ended;
        if (events.frames.length > 0 && events.lastEventId !== events.frames.at(-1)!.offset) {
          throw new Error(`An id that is no offset: ${events.lastEventId}`);
        }
        seen.push(...events.frames);
      }
      return seen;
    }),
  );

/** Each by long polls, one after another. */
export const readByPoll: Reader = (url, wanted, session) =>
  Promise.all(
    wanted.map(async ({ route, requestId, input }) => {
      const headers = { Prefer: "respond-async", "Idempotency-Key": requestId };
      const ask = posted(input, headers);
      const { streamId } = await untilAnswered(() => request(`${url}/proof/${route}?session=${session}`, ask), 202);
      const seen: WireFrame[] = [];
      let offset = "";
      while (!finished(seen)) {
        const at = `${url}/proof/streams/${streamId}?wait=25&offset=${offset}`;
        const poll = (await untilAnswered(() => request(at), 200)) as unknown as Poll;
        seen.push(...poll.frames);
        ({ offset } = poll);
      }
      return seen;
    }),
  );

async function untilAnswered(ask: () => ReturnType<typeof request>, status: number): Promise<WireFrame> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const answer = await ask().catch(() => undefined);
    if (answer?.status === status) return answer.body;
    if (answer !== undefined) throw new Error(`Answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  throw new Error(`No answer after ${MAX_ATTEMPTS} requests.`);
}
