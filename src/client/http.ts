import {
  NATIVE_SUBPROTOCOL,
  type PollAnswer,
  type RunMessage,
  type StreamItem,
  type StreamReport,
} from "../protocol/frames.ts";
import { errorOf } from "./http-error.ts";
import { Unreachable } from "./unreachable.ts";
import type { FetchLike } from "./socket.ts";
import type { Timers } from "./timers.ts";

export interface HttpParts {
  /** The system's address, without a slash at its end. */
  readonly base: () => string;
  readonly token: () => string | undefined | Promise<string | undefined>;
  readonly session: string;
  readonly fetch: FetchLike;
  readonly timers: Timers;
}

/** A page of the caller's streams, newest first. */
export interface StreamPage {
  readonly items: readonly StreamItem[];
  readonly nextCursor?: string;
}

/** Which streams `list` gives. */
export interface StreamQuery {
  readonly state?: "running" | "ended";
  /** From a former page's `nextCursor`. */
  readonly cursor?: string;
}

const DEADLINE_MS = 30_000;
const HEADER_SAFE = /^[\x21-\x7e]+$/;
const JSON_BODY = { "Content-Type": "application/json" };
const NATIVE = { "Sluice-Dialect": NATIVE_SUBPROTOCOL };

/** The calls that go over HTTP (PROTOCOL.md section 7). They reject with a SluiceError, or with Unreachable. */
export class Http {
  readonly #parts: HttpParts;
  readonly #closed = new AbortController();

  constructor(parts: HttpParts) {
    this.#parts = parts;
  }

  /** Starts the run that this message asks for, or finds the one that it already has; gives its stream's id. */
  async start(message: RunMessage, requestId: string): Promise<string> {
    const { action, ...body } = message;
    const answer = await this.#json(`/${action.split("/").map(encodeURIComponent).join("/")}`, {
      method: "POST",
      headers: {
        ...JSON_BODY,
        Prefer: "respond-async",
        ...(HEADER_SAFE.test(requestId) && { "Idempotency-Key": requestId }),
      },
      body: JSON.stringify(body),
    });
    return (answer as { streamId: string }).streamId;
  }

  async report(streamId: string): Promise<StreamReport> {
    return this.#json(pathOf(streamId)) as Promise<StreamReport>;
  }

  /** What comes after `offset` ("": all of it), in the native dialect, as soon as there is something, at the latest after `wait` seconds. */
  async poll(streamId: string, offset: string, wait: number, signal: AbortSignal): Promise<PollAnswer> {
    const path = `${pathOf(streamId)}?${new URLSearchParams({ wait: String(wait), offset })}`;
    return this.#json(path, { headers: NATIVE, signal }) as Promise<PollAnswer>;
  }

  /** The same as an event stream; 204 where nothing can come. It lasts until `signal` aborts it. */
  async events(streamId: string, offset: string, signal: AbortSignal): Promise<Response> {
    const headers = { ...NATIVE, Accept: "text/event-stream", ...(offset !== "" && { "Last-Event-ID": offset }) };
    return this.#ok(pathOf(streamId), { headers, signal });
  }

  /** Cancels; resolves when the server has taken it. */
  async cancel(streamId: string): Promise<void> {
    await this.#json(`${pathOf(streamId)}/cancel`, { method: "POST" });
  }

  async list({ state, cursor }: StreamQuery): Promise<StreamPage> {
    const query = new URLSearchParams({
      ...(state !== undefined && { state }),
      ...(cursor !== undefined && { cursor }),
    });
    return this.#json(`/streams${query.size > 0 ? `?${query}` : ""}`) as Promise<StreamPage>;
  }

  /** The stream of a running request, if the server knows one. */
  async find(requestId: string): Promise<string | undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.list({ state: "running", ...(cursor !== undefined && { cursor }) });
      const item = page.items.find((candidate) => candidate.requestId === requestId);
      if (item !== undefined) return item.streamId;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return undefined;
  }

  /** Any call to the system, with the caller's token and session. Rejects where the server was not reached. */
  async fetch(path: string, init: RequestInit = {}, via: FetchLike = this.#parts.fetch): Promise<Response> {
    const { base, token, session } = this.#parts;
    const bearer = await token();
    const { signal } = this.#closed;
    const given = recordOf(init.headers);
    const own = {
      Accept: "application/json",
      "Sluice-Session": session,
      ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
    };
    return via(base() + path, {
      ...init,
      headers: { ...without(own, Object.keys(given)), ...given },
      signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal,
    });
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed.abort();
  }

  async #json(path: string, init: RequestInit = {}): Promise<unknown> {
    const late = new AbortController();
    const stopTimer = this.#parts.timers.after(DEADLINE_MS, () => late.abort());
    try {
      const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
      const response = await this.#ok(path, { ...init, signal });
      return await response.json().catch(unreached);
    } finally {
      stopTimer();
    }
  }

  async #ok(path: string, init: RequestInit): Promise<Response> {
    const response = await this.fetch(path, { method: "GET", ...init }).catch(unreached);
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

/** Headers of whatever form that `fetch` takes. */
function recordOf(headers: HeadersInit = {}): Record<string, string> {
  return Symbol.iterator in headers ? Object.fromEntries(headers) : headers;
}

/** The headers but for those that have one of these names. */
function without(headers: Record<string, string>, names: readonly string[]): Record<string, string> {
  const taken = names.map((name) => name.toLowerCase());
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !taken.includes(name.toLowerCase())));
}

function pathOf(streamId: string): string {
  return `/streams/${encodeURIComponent(streamId)}`;
}

function unreached(thrown: unknown): never {
  throw new Unreachable(thrown);
}
