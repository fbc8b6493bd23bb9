import { SluiceError } from "../protocol/errors.ts";
import type { RunMessage, StreamItem, StreamReport } from "../protocol/frames.ts";
import type { JsonObject } from "../protocol/json.ts";
import { Unreachable, errorOf } from "./http-error.ts";
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
    const answer = await this.#call("POST", `/${action.split("/").map(encodeURIComponent).join("/")}`, body, {
      Prefer: "respond-async",
      ...(HEADER_SAFE.test(requestId) && { "Idempotency-Key": requestId }),
    });
    return answer["streamId"] as string;
  }

  async report(streamId: string): Promise<StreamReport> {
    return (await this.#call("GET", `/streams/${encodeURIComponent(streamId)}`)) as unknown as StreamReport;
  }

  /** Cancels; resolves when the server has taken it. */
  async cancel(streamId: string): Promise<void> {
    await this.#call("POST", `/streams/${encodeURIComponent(streamId)}/cancel`);
  }

  async list({ state, cursor }: StreamQuery): Promise<StreamPage> {
    const query = new URLSearchParams({
      ...(state !== undefined && { state }),
      ...(cursor !== undefined && { cursor }),
    });
    return (await this.#call("GET", `/streams${query.size > 0 ? `?${query}` : ""}`)) as unknown as StreamPage;
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

  /** Ends what is under way. */
  close(): void {
    this.#closed.abort();
  }

  async #call(method: string, path: string, body?: JsonObject, extra?: Record<string, string>): Promise<JsonObject> {
    const { base, token, session, fetch, timers } = this.#parts;
    const late = new AbortController();
    const stopTimer = timers.after(DEADLINE_MS, () => late.abort());
    try {
      const bearer = await token();
      const response = await fetch(base() + path, {
        method,
        headers: {
          Accept: "application/json",
          "Sluice-Session": session,
          ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...extra,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([late.signal, this.#closed.signal]),
      });
      if (!response.ok) throw await errorOf(response);
      return (await response.json()) as JsonObject;
    } catch (thrown) {
      throw thrown instanceof SluiceError || thrown instanceof Unreachable ? thrown : new Unreachable(thrown);
    } finally {
      stopTimer();
    }
  }
}
