import type { Gate } from "./gate.ts";

/** What passes a wire that was cut: an error as the browser's own. */
function cutOff(): TypeError {
  return new TypeError("network error");
}

/** Requests over a wire that can be cut and frozen. */
export class WireFetch {
  readonly #gate: Gate;
  readonly #open = new Set<AbortController>();

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** Requests whose answers are not whole yet. */
  get size(): number {
    return this.#open.size;
  }

  /** As `fetch`. */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const wire = new AbortController();
    const signal = init.signal ? AbortSignal.any([init.signal, wire.signal]) : wire.signal;
    this.#open.add(wire);
    try {
      await this.#opened(signal);
      const response = await fetch(url, { ...init, signal });
      await this.#opened(signal);
      // A response without content may still have a body, but none can be made with one.
      if (response.body === null || response.status === 204) return this.#done(wire, response);
      const { status, statusText, headers } = response;
      return new Response(this.#held(response.body, wire, signal), { status, statusText, headers });
    } catch (thrown) {
      this.#open.delete(wire);
      throw thrown;
    }
  };

  /** Ends all that are under way, without a word. */
  cut(): void {
    for (const wire of this.#open) wire.abort(cutOff());
    this.#open.clear();
  }

  /** The same bytes, each when the gate lets it through. */
  #held(body: ReadableStream<Uint8Array>, wire: AbortController, signal: AbortSignal): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    return new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { done, value } = await reader.read();
        await this.#opened(signal);
        if (!done) return controller.enqueue(value);
        this.#open.delete(wire);
        controller.close();
      },
      cancel: (reason) => {
        this.#open.delete(wire);
        return reader.cancel(reason);
      },
    });
  }

  #done(wire: AbortController, response: Response): Response {
    this.#open.delete(wire);
    return response;
  }

  /** Resolves when the gate is open; rejects where the request is given up before. */
  async #opened(signal: AbortSignal): Promise<void> {
    if (this.#gate.isShut) {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      await Promise.race([promise, this.#gate.opened()]);
    }
    signal.throwIfAborted();
  }
}
