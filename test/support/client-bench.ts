import { type Client, type FetchLike, type Run, createClient } from "../../src/client/index.ts";
// Loaded before the first test: a clock that is not real does not wait for a chunk.
import "../../src/client/later.ts";
import type { Event } from "../../src/protocol/events.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import { type FakeSocket, FakeSockets } from "../../src/testing/fake-socket.ts";

/** A client, and everything around it that the test plays. */
export interface Bench {
  readonly client: Client;
  readonly sockets: FakeSockets;
  readonly clock: FakeClock;
  readonly asked: string[];
}

/** HTTP answers by call, like `GET /streams/s`. */
export type Answers = Record<string, () => Response>;

/** A client whose WebSockets and HTTP answers are the test's; HTTP that is not listed does not get through. */
export function bench(answers: Answers = {}): Bench {
  const sockets = new FakeSockets();
  const clock = new FakeClock();
  const asked: string[] = [];
  const fetch: FetchLike = (url, { method }) => {
    const call = `${method} ${url.replace("http://127.0.0.1:1/app", "")}`;
    asked.push(call);
    const answer = answers[call];
    return answer === undefined ? Promise.reject(new TypeError("fetch failed")) : Promise.resolve(answer());
  };
  const client = createClient({
    url: "http://127.0.0.1:1/app",
    WebSocket: sockets.WebSocket,
    fetch,
    clock,
    random: () => 1,
  });
  return { client, sockets, clock, asked };
}

/** A run that is followed from its request on. */
export interface Followed {
  readonly run: Run;
  readonly socket: FakeSocket;
  /** Every event of the run, once it has ended. */
  readonly events: Promise<Event[]>;
}

/** A run whose request reached the server, and its socket. */
export async function requested(at: Bench): Promise<Followed> {
  const run = at.client.run("ask", { question: "?" }, { requestId: "r" });
  const events = collect(run);
  events.catch(() => {});
  await settled();
  at.sockets.last.accept();
  return { run, socket: at.sockets.last, events };
}

/** The same, and the stream has begun. */
export async function begun(at: Bench): Promise<Followed> {
  const followed = await requested(at);
  followed.socket.deliver(start);
  return followed;
}

/** The socket breaks, and the client comes back on another. */
export async function reconnect({ client, sockets, clock }: Bench): Promise<FakeSocket> {
  sockets.last.cut();
  await clock.advance(client.connection.retryAt! - clock.now());
  sockets.last.accept();
  return sockets.last;
}

/** The first frame of the stream `s`. */
export const start: {
  readonly type: "start";
  readonly route: string;
  readonly streamId: string;
  readonly offset: string;
  readonly requestId: string;
} = { type: "start", route: "ask", streamId: "s", offset: "1-0", requestId: "r" };

/** A frame of these events, of which the first has this seq. */
export function frame(
  first: number,
  events: readonly (Event | { type: string })[],
  last = first + events.length - 1,
): object {
  return { type: "events", streamId: "s", first: `1-${first}`, offset: `1-${last}`, requestId: "r", at: 1, events };
}

export function delta(text: string): Event {
  return { type: "text-delta", text };
}

export function complete(text: string, result?: string): Event {
  return { type: "complete", text, ...(result !== undefined && { result }) };
}

/** Every event, once there are no more. */
export async function collect(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

export function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}
