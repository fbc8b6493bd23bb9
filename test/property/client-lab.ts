import type { Transport } from "../../src/client/connection-state.ts";
import { type Client, type KeptStorage, type LifecycleEvent, type Run, createClient } from "../../src/client/index.ts";
import "../../src/client/later.ts";
import type { Event } from "../../src/protocol/events.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import { FakeSockets } from "../../src/testing/fake-socket.ts";
import { ModelHttp } from "./model-http.ts";
import type { ModelStream } from "./model-stream.ts";
import { type ServerLink, ServerModel } from "./server-model.ts";

const BASE = "http://127.0.0.1:1/app";

/** What the way of a WebSocket does to it. `hang`: its dial is not answered; `mute`: it opens, and passes nothing. */
export type Wall = "open" | "refused" | "hang" | "mute";

/** Where a client finds itself. */
export interface Place {
  /** From 0 to 1: what spreads its pauses. */
  readonly jitter: number;
  readonly transports: readonly Transport[];
  readonly storage: KeptStorage | "none" | "throws" | "knows";
}

/** What one reader of a run got: its events, and what it was thrown. */
export interface Reading {
  readonly run: Run;
  readonly events: Event[];
  /** The seq from which on it reads. */
  readonly from: number;
  readonly end: Promise<unknown>;
  /** Whether `end` is there. */
  over: boolean;
}

/** A client, and the server and the network that the test plays for it. */
export class ClientLab {
  readonly clock: FakeClock;
  readonly server: ServerModel = new ServerModel();
  readonly http: ModelHttp;
  readonly sockets: FakeSockets = new FakeSockets();
  readonly client: Client;
  readonly runs: Run[] = [];
  readonly readings: Reading[] = [];
  readonly cancels: Promise<unknown>[] = [];
  /** Runs for which a cancel was asked. */
  readonly cancelled: Set<Run> = new Set();
  wall: Wall = "open";
  readonly #place: Place;
  readonly #links = new Map<object, ServerLink>();
  #tell: ((event: LifecycleEvent) => void) | undefined;

  constructor(place: Place, clock: FakeClock = new FakeClock()) {
    const { server, sockets } = this;
    const http = new ModelHttp(server, clock);
    this.clock = clock;
    this.http = http;
    this.#place = place;
    this.client = createClient({
      url: BASE,
      WebSocket: sockets.WebSocket,
      fetch: (url, init) => http.fetch(url.slice(BASE.length), init),
      clock,
      random: () => place.jitter,
      transports: place.transports,
      lifecycle: (listener) => {
        this.#tell = listener;
        return () => void (this.#tell = undefined);
      },
      ...storageOf(place.storage, clock.now()),
    });
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
    const over = (thrown?: unknown): unknown => {
      reading.over = true;
      return thrown;
    };
    const reading: Reading = { run, events, from, end: all().then(() => over(), over), over: false };
    this.readings.push(reading);
  }

  cancel(run: Run): void {
    this.cancelled.add(run);
    this.cancels.push(run.cancel().catch((thrown: unknown) => thrown));
  }

  /** Whether the client heeds the page. */
  get heeds(): boolean {
    return this.#tell !== undefined;
  }

  /** The page, or its network, tells of something. */
  tell(event: LifecycleEvent): void {
    this.#tell?.(event);
  }

  /** The way lets a dial through, or not; whether anything came of it. */
  dialled(link: ServerLink): boolean {
    const { socket } = link;
    if (socket.protocol !== "" || this.wall === "hang") return false;
    if (this.wall === "refused") socket.cut(1006);
    else {
      link.frozen = this.wall === "mute";
      socket.accept();
    }
    return true;
  }

  /** The next frames on their way reach the client; whether there were any. */
  deliver(link: ServerLink, count: number): boolean {
    const frames = link.frozen ? [] : link.outgoing.splice(0, count);
    for (const frame of frames) link.socket.deliver(frame);
    return frames.length > 0;
  }

  /** A frame that the server never sent so comes, by whatever way the client listens. */
  inject(frame: JsonObject, { id }: ModelStream): void {
    const pipe = this.http.pipes.find(({ streamId }) => streamId === id);
    if (this.live?.socket.protocol === "sluice.v1") this.live.socket.deliver(frame);
    else pipe?.outgoing.unshift(frame);
  }

  /** Nothing more goes wrong; what is blocked, held back or frozen stays so. Until it is done, or ten minutes have gone. */
  async heal(done: () => boolean): Promise<void> {
    const { http, clock } = this;
    const { transports } = this.#place;
    http.weather = "up";
    if (!transports.some((transport) => transport !== "websocket")) this.wall = "open";
    if (!transports.includes("poll")) http.held = false;
    for (const event of ["online", "thawed", "visible"] as const) this.tell(event);
    if (this.live?.torn === true) this.live.socket.cut();
    const end = clock.now() + 600_000;
    while (!done() && clock.now() < end) {
      const moved = this.flow();
      await settled();
      if (!moved) await clock.advance(2500);
    }
  }

  /** Time passes, and everything on its way goes on. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.#settle();
    do {
      await this.clock.advance(Math.min(250, end - this.clock.now()));
      await this.#settle();
    } while (this.clock.now() < end);
  }

  /** Everything on its way goes on, as far as the network lets it; whether there was anything. */
  flow(): boolean {
    const { live, http, server } = this;
    let moved = false;
    if (live !== undefined) {
      moved = this.dialled(live);
      server.take(live);
      moved = this.deliver(live, Infinity) || moved;
    }
    moved = http.pump() || moved;
    return http.deliver(Infinity) || moved;
  }

  async #settle(): Promise<void> {
    do await settled();
    while (this.flow());
  }
}

function storageOf(storage: Place["storage"], now: number): { storage?: KeptStorage } {
  const refuse = (): never => {
    throw new DOMException("The storage is not allowed.", "SecurityError");
  };
  if (storage === "none") return {};
  if (storage === "throws") return { storage: { getItem: refuse, setItem: refuse, removeItem: refuse } };
  return { storage: storage === "knows" ? keptStorage([`sluice.way ${BASE}`, `1 ${now + 60_000}`]) : storage };
}

/** A storage that remembers, as a tab's does. */
export function keptStorage(...entries: [string, string][]): KeptStorage {
  const kept = new Map(entries);
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
