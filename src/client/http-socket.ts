import { CLOSE, ERRORS, SluiceError } from "../protocol/errors.ts";
import { NATIVE_SUBPROTOCOL, type PollAnswer, type RunMessage } from "../protocol/frames.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Transport } from "./connection-state.ts";
import { readEvents } from "./event-stream.ts";
import { Unreachable } from "./unreachable.ts";
import type { Http } from "./http.ts";
import type { SocketLike, SocketListener } from "./socket.ts";
import type { Timers } from "./timers.ts";

export interface HttpSocketParts {
  readonly transport: Exclude<Transport, "websocket">;
  readonly http: Http;
  readonly timers: Timers;
  /** Whether anybody still reads this stream. */
  readonly wanted: (streamId: string) => boolean;
  /** Event streams open, and nothing comes through. */
  readonly heldBack: () => void;
}

/** Over HTTP/1.1 a browser has six connections to a server, for all its tabs: so many streams have one of their own, the others share one. */
const OWN_CONNECTIONS = 2;
/** How long an event stream may take to its first byte, which the server sends at once; and between two. Milliseconds. */
const FIRST_BYTE_MS = 4000;
const SILENCE_MS = 35_000;
const LONG_POLL_S = 25;
const SHARED_POLL_S = 1;

/**
 * What a WebSocket does, done over HTTP (PROTOCOL.md section 7): takes the same messages, gives the same native frames.
 * A request begins its run with `respond-async`, and follows it by an event stream or by long polls.
 */
export class HttpSocket implements SocketLike {
  readonly protocol: string = NATIVE_SUBPROTOCOL;
  readonly #parts: HttpSocketParts;
  readonly #listeners = new Map<string, SocketListener>();
  readonly #follows = new Map<string, AbortController>();
  readonly #starting = new Map<string, Promise<string | undefined>>();
  /** Streams that have a connection of their own. */
  readonly #own = new Set<string>();
  #shared: Promise<void> = Promise.resolve();
  #over = false;

  constructor(parts: HttpSocketParts) {
    this.#parts = parts;
    void this.#asked().then((welcome) => welcome && this.#emit("open", {}));
  }

  addEventListener(type: string, listener: SocketListener): void {
    this.#listeners.set(type, listener);
  }

  send(text: string): void {
    const message = JSON.parse(text) as RunMessage;
    switch (message.action) {
      case "ping":
        return void this.#asked().then((welcome) => welcome && this.#tell({ type: "pong" }));
      case "resume":
        return this.#follow(message["streamId"] as string, message["offset"] as string | undefined);
      case "cancel":
        return void this.#attempt(() => this.#cancel(message), message);
      case "authenticate":
        return;
      default:
        this.#begin(message);
    }
  }

  close(): void {
    this.#over = true;
    for (const follow of this.#follows.values()) follow.abort();
  }

  /** Whether the server answers, and takes us. */
  async #asked(): Promise<boolean> {
    try {
      await this.#parts.http.list({ state: "running" });
      return true;
    } catch (thrown) {
      this.#lost(thrown);
      return false;
    }
  }

  #begin(message: RunMessage): void {
    const { requestId = "" } = message;
    const started = this.#attempt(() => this.#parts.http.start(message, requestId), message);
    this.#starting.set(requestId, started);
    void started.then((streamId) => {
      this.#starting.delete(requestId);
      if (streamId !== undefined) this.#follow(streamId);
    });
  }

  async #cancel({ streamId, requestId }: JsonObject): Promise<void> {
    const { http } = this.#parts;
    const request = requestId as string;
    // A request that is sent after its own cancel is waited for.
    await Promise.resolve();
    const id = (streamId as string | undefined) ?? (await this.#starting.get(request)) ?? (await http.find(request));
    if (id === undefined) return;
    await http.cancel(id);
    if (!this.#follows.has(id)) this.#tell({ type: "ended", streamId: id, requestId });
  }

  #follow(streamId: string, offset = ""): void {
    if (this.#over) return;
    this.#follows.get(streamId)?.abort();
    const stop = new AbortController();
    this.#follows.set(streamId, stop);
    void this.#attempt(() => this.#bring(streamId, offset, stop.signal), { streamId }, stop.signal).then(() => {
      if (this.#follows.get(streamId) !== stop) return;
      this.#follows.delete(streamId);
      this.#own.delete(streamId);
    });
  }

  /** Brings what comes after `offset`, until the stream has ended or nobody reads it. */
  async #bring(streamId: string, offset: string, stop: AbortSignal): Promise<void> {
    let place: string | undefined = offset;
    do {
      if (!this.#own.has(streamId) && this.#own.size >= OWN_CONNECTIONS) {
        place = await this.#inTurn(() => this.#poll(streamId, place!, SHARED_POLL_S, stop));
      } else {
        this.#own.add(streamId);
        place = await (this.#parts.transport === "sse"
          ? this.#listen(streamId, place, stop)
          : this.#poll(streamId, place, LONG_POLL_S, stop));
      }
    } while (place !== undefined && !stop.aborted && !this.#isLeft(streamId, place));
    if (place === undefined) this.#tell({ type: "ended", streamId });
  }

  /** Whether nobody reads it. Who asked for the run does not know its stream before the first frame. */
  #isLeft(streamId: string, place: string): boolean {
    return place !== "" && !this.#parts.wanted(streamId);
  }

  async #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#shared.then(task);
    this.#shared = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  /** One event stream; gives the place that it came to, undefined where nothing can come after that. */
  async #listen(streamId: string, offset: string, stop: AbortSignal): Promise<string | undefined> {
    const { http, timers, heldBack } = this.#parts;
    const silent = new AbortController();
    let place = offset;
    let stopTimer = timers.after(FIRST_BYTE_MS, () => {
      silent.abort();
      // Where nothing at all gets through, that is no sign of it.
      void this.#asked().then((welcome) => welcome && !this.#over && heldBack());
    });
    const heard = (): void => {
      if (this.#isLeft(streamId, place)) return this.#follows.get(streamId)?.abort();
      stopTimer();
      stopTimer = timers.after(SILENCE_MS, () => silent.abort());
      this.#emit("message", {});
    };
    try {
      const response = await http.events(streamId, offset, AbortSignal.any([stop, silent.signal]));
      if (response.status === 204) return undefined;
      await readEvents(response.body!, heard, ({ id, data }) => {
        place = id ?? place;
        if (!stop.aborted) this.#emit("message", { data });
      });
      if (place === offset) throw new Unreachable("the event stream ended at once");
    } catch (thrown) {
      // A silent one is opened anew, from where it came to.
      if (!silent.signal.aborted) throw thrown;
    } finally {
      stopTimer();
    }
    return place;
  }

  async #poll(streamId: string, place: string, seconds: number, stop: AbortSignal): Promise<string | undefined> {
    const answer: PollAnswer = await this.#parts.http.poll(streamId, place, seconds, stop);
    if (stop.aborted) return place;
    for (const frame of answer.frames) this.#tell(frame);
    return answer.state !== "running" && answer.frames.length === 0 ? undefined : answer.offset;
  }

  /** Does it; what the server refuses is told as the answer to `message`, and what does not arrive ends the socket. */
  async #attempt<T>(
    task: () => Promise<T>,
    { requestId, streamId }: JsonObject,
    stop?: AbortSignal,
  ): Promise<T | undefined> {
    try {
      return await task();
    } catch (thrown) {
      if (stop?.aborted === true) return undefined;
      if (!(thrown instanceof SluiceError)) this.#lost(thrown);
      else {
        const { code, message, retryAfterMs } = thrown;
        this.#tell({ type: "error", code, message, retryAfterMs, requestId, streamId });
      }
      return undefined;
    }
  }

  #lost(thrown: unknown): void {
    const refused = thrown instanceof SluiceError && !thrown.retryable;
    this.#emit("close", {
      code: refused ? ERRORS[thrown.code].close : CLOSE.lost,
      reason: thrown instanceof Error ? thrown.message : "",
    });
    this.close();
  }

  #tell(frame: JsonObject): void {
    this.#emit("message", { data: JSON.stringify(frame) });
  }

  #emit(type: string, event: object): void {
    if (!this.#over) this.#listeners.get(type)?.(event);
  }
}
