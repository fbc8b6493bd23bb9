import { type Client, type FetchLike, type Run, createClient } from "../../src/client/index.ts";
import type { Event } from "../../src/protocol/events.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import { FakeSockets } from "../../src/testing/fake-socket.ts";
import { type ServerLink, ServerModel } from "./server-model.ts";

const BASE = "http://127.0.0.1:1/app";

/** What one reader of a run got: its events, and what it was thrown. */
export interface Reading {
  readonly run: Run;
  readonly events: Event[];
  /** The seq from which on it reads. */
  readonly from: number;
  readonly end: Promise<unknown>;
}

/** A client, and the server and the network that the test plays for it. */
export class ClientLab {
  readonly clock: FakeClock = new FakeClock();
  readonly server: ServerModel = new ServerModel();
  readonly sockets: FakeSockets = new FakeSockets();
  readonly client: Client;
  readonly runs: Run[] = [];
  readonly readings: Reading[] = [];
  readonly cancels: Promise<unknown>[] = [];
  /** Runs for which a cancel was asked. */
  readonly cancelled: Set<Run> = new Set();
  http: "up" | "down" | "bad" | "silent" = "up";
  readonly #links = new Map<object, ServerLink>();

  constructor(jitter: number) {
    const fetch: FetchLike = (url, init) => this.#fetch(url, init);
    const { clock } = this;
    this.client = createClient({ url: BASE, WebSocket: this.sockets.WebSocket, fetch, clock, random: () => jitter });
  }

  /** Every link that there ever was, oldest first. */
  get links(): ServerLink[] {
    for (const socket of this.sockets.all) {
      if (!this.#links.has(socket)) this.#links.set(socket, this.server.link(socket));
    }
    return [...this.#links.values()];
  }

  /** The link that the client holds; undefined where it has let go of the last one. */
  get live(): ServerLink | undefined {
    const last = this.links.at(-1);
    return last === undefined || last.socket.released ? undefined : last;
  }

  begin(index: number, large: boolean): void {
    const question = large ? "→".repeat(12_000) : "?";
    const run = this.client.run("ask", { question, index }, { requestId: `r${index}` });
    this.runs.push(run);
    this.read(run, 0);
  }

  /** Reads a run's events to their end. */
  read(run: Run, from: number): void {
    const events: Event[] = [];
    const all = async (): Promise<void> => {
      for await (const event of run) events.push(event);
    };
    const end = all().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    this.readings.push({ run, events, from, end });
  }

  cancel(run: Run): void {
    this.cancelled.add(run);
    this.cancels.push(run.cancel().catch((thrown: unknown) => thrown));
  }

  /** The next frames on their way reach the client. */
  deliver(link: ServerLink, count: number): void {
    for (const frame of link.outgoing.splice(0, count)) link.socket.deliver(frame);
  }

  /** The network and the server behave from now on, until nothing changes any more. */
  async heal(rounds: number): Promise<void> {
    this.http = "up";
    for (let round = 0; round < rounds; round += 1) {
      const link = this.live;
      if (link !== undefined) {
        if (link.socket.protocol === "") link.socket.accept();
        this.server.take(link);
        this.deliver(link, Infinity);
      }
      await settled();
      if (round % 4 === 3) await this.clock.advance(2500);
    }
  }

  #fetch(url: string, { method = "GET", body, signal }: RequestInit): Promise<Response> {
    if (this.http === "down") return Promise.reject(new TypeError("fetch failed"));
    if (this.http === "bad") return Promise.resolve(new Response("bad gateway", { status: 502 }));
    if (this.http === "silent") {
      return new Promise((_resolve, reject) => {
        const abort = (): void => reject(new DOMException("aborted", "AbortError"));
        if (signal?.aborted) abort();
        else signal?.addEventListener("abort", abort);
      });
    }
    return Promise.resolve(this.server.http(method, url.slice(BASE.length), body as string | undefined));
  }
}
