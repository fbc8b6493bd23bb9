import { NATIVE_SUBPROTOCOL } from "../../src/protocol/frames.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import type { FakeClock } from "../../src/testing/fake-clock.ts";
import { EventPipe } from "./event-pipe.ts";
import type { ModelStream } from "./model-stream.ts";
import { type ServerModel, goneError } from "./server-model.ts";

/**
 * What becomes of a call. `unwelcome`: it is refused; `slow`: it takes its time to arrive; `silent`: nothing, ever; `deaf`: its
 * answer gets lost.
 */
export type Weather = "up" | "down" | "bad" | "unwelcome" | "slow" | "silent" | "deaf";

const SLOW_MS = 3000;

/** A call that the client made. */
interface Call {
  readonly what: string;
  readonly signal: AbortSignal;
  /** Its answer, which may be an event stream or have come already. */
  pipe?: EventPipe;
  answered: boolean;
}

/** A long poll that waits. */
interface Poll {
  readonly stream: ModelStream;
  readonly next: number;
  readonly offset: string;
  answer(response: Response): void;
  frozen: boolean;
}

/** Section 7 of PROTOCOL.md over the same streams, and the network that is in the way of it. */
export class ModelHttp {
  weather: Weather = "up";
  /** Event streams that begin now are held back until they are whole. */
  held = false;
  readonly #server: ServerModel;
  readonly #clock: FakeClock;
  readonly #calls: Call[] = [];
  readonly #polls = new Set<Poll>();

  constructor(server: ServerModel, clock: FakeClock) {
    this.#server = server;
    this.#clock = clock;
  }

  /** Event streams that are open, oldest first. */
  get pipes(): EventPipe[] {
    return this.#calls.flatMap(({ pipe }) => (pipe === undefined || pipe.over ? [] : [pipe]));
  }

  /** Whether a stream is listened to, or polled, here. */
  get followed(): boolean {
    return this.pipes.length > 0 || this.#polls.size > 0;
  }

  /** Calls that nobody has answered or given up. */
  get open(): string[] {
    const open = this.#calls.filter(
      ({ signal, answered, pipe }) => !signal.aborted && (!answered || pipe?.over === false),
    );
    return open.map(({ what }) => what);
  }

  async fetch(path: string, init: RequestInit): Promise<Response> {
    const signal = init.signal!;
    signal.throwIfAborted();
    const call: Call = { what: `${init.method} ${path}`, signal, answered: false };
    this.#calls.push(call);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([aborted, this.#answer(call, path, init)]);
    } finally {
      call.answered = true;
      signal.removeEventListener("abort", abort);
    }
  }

  /** Everybody who waits gets what there is; whether a poll was answered. */
  pump(): boolean {
    for (const pipe of this.pipes) this.#server.pump(pipe);
    const waiting = this.#polls.size;
    for (const poll of this.#polls) if (!poll.frozen) this.#answerPoll(poll);
    return this.#polls.size < waiting;
  }

  /** Frames of event streams arrive; whether there was anything. */
  deliver(count: number): boolean {
    return this.pipes.map((pipe) => pipe.deliver(count)).includes(true);
  }

  /** What is open stands still, and closes never; or goes on. */
  freeze(frozen: boolean): void {
    for (const each of [...this.pipes, ...this.#polls]) each.frozen = frozen;
  }

  /** The process is gone, and every answer with it. */
  cut(bytes: number, clean: boolean): void {
    for (const pipe of this.pipes) pipe.cut(bytes, clean);
    for (const poll of this.#polls) poll.answer(new Response("bad gateway", { status: 502 }));
  }

  async #answer(call: Call, path: string, init: RequestInit): Promise<Response> {
    switch (this.weather) {
      case "down":
        throw new TypeError("fetch failed");
      case "bad":
        return new Response("bad gateway", { status: 502 });
      case "unwelcome":
        return Response.json({ type: "error", code: "unauthorized", message: "Who are you?" }, { status: 401 });
      case "slow":
        await this.#wait(call.signal);
        return this.#handle(call, path, init);
      case "silent":
        return new Promise(() => {});
      case "deaf":
        if (init.method === "POST") void this.#handle(call, path, init);
        throw new TypeError("terminated");
      default:
        return this.#handle(call, path, init);
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const stopTimer = this.#clock.after(SLOW_MS, resolve);
      signal.addEventListener("abort", stopTimer);
    });
  }

  #handle(call: Call, path: string, { method, body, headers }: RequestInit): Response | Promise<Response> {
    const url = new URL(path, "http://model");
    const [, id, cancel] = /^\/streams\/([^/]+)(\/cancel)?$/.exec(url.pathname) ?? [];
    if (url.pathname === "/streams") {
      const running = [...this.#server.streams.values()].filter(({ state }) => state === "running");
      return Response.json({ items: running.map(({ id: streamId, requestId }) => ({ streamId, requestId })) });
    }
    if (id === undefined) {
      const message = JSON.parse(body as string) as JsonObject;
      const { id: streamId } = this.#server.request(message["requestId"] as string, message);
      return Response.json({ streamId }, { status: 202 });
    }
    const stream = this.#server.streams.get(id);
    if (stream === undefined) return Response.json({ type: "error", code: "not_found", message: "" }, { status: 404 });
    if (stream.gone) return Response.json(goneError(id), { status: 410 });
    if (cancel !== undefined) {
      if (method === "POST") stream.end("cancelled");
      return Response.json(stream.report());
    }
    const asked = headers as Record<string, string>;
    const events = asked["Accept"] === "text/event-stream";
    const wait = url.searchParams.get("wait");
    if (!events && wait === null) return Response.json(stream.report());
    if (asked["Sluice-Dialect"] !== NATIVE_SUBPROTOCOL) return Response.json({ code: "bad_request" }, { status: 400 });
    const offset = (events ? asked["Last-Event-ID"] : url.searchParams.get("offset")) ?? "";
    const next = stream.after(offset === "" ? undefined : offset);
    if (next === undefined) return Response.json(goneError(id), { status: 410 });
    return events ? this.#listen(call, stream, next) : this.#poll(call, stream, next, offset, Number(wait));
  }

  #listen(call: Call, stream: ModelStream, next: number): Response {
    if (stream.state !== "running" && next === stream.events.length) return new Response(null, { status: 204 });
    const { id: streamId } = stream;
    const pipe = new EventPipe({ streamId, clock: this.#clock, signal: call.signal, held: this.held });
    pipe.follows.set(streamId, next);
    this.#server.pump(pipe);
    call.pipe = pipe;
    return pipe.response;
  }

  #poll({ signal }: Call, stream: ModelStream, next: number, offset: string, wait: number): Promise<Response> {
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#polls.delete(poll);
        stopTimer();
        signal.removeEventListener("abort", leave);
      };
      const answer = (response: Response): void => {
        leave();
        resolve(response);
      };
      const poll: Poll = { stream, next, offset, answer, frozen: false };
      const stopTimer = this.#clock.after(wait * 1000, () => {
        if (!poll.frozen) answer(Response.json({ frames: [], offset, state: stream.state }));
      });
      signal.addEventListener("abort", leave);
      this.#polls.add(poll);
      this.#answerPoll(poll);
    });
  }

  #answerPoll({ stream, next, offset, answer }: Poll): void {
    if (stream.gone) return answer(Response.json(goneError(stream.id), { status: 410 }));
    const { events, state } = stream;
    if (next === events.length && state === "running") return;
    const { most, merged } = this.#server.cutting;
    const frames = stream.frames(next, events.length, most, merged);
    answer(Response.json({ frames, offset: frames.at(-1)?.["offset"] ?? offset, state }));
  }
}
