import type { Server, ServerResponse } from "node:http";

/**
 * The HTTP answers under way. `Server.close` cuts a connection whose answer is written but not yet with its client, since it
 * takes it for idle: so they are waited for first.
 */
export class Answers {
  readonly #open = new Set<ServerResponse>();
  #settled: (() => void) | undefined;

  constructor(http: Server) {
    http.prependListener("request", (_request, answer) => {
      this.#open.add(answer);
      answer.once("close", () => {
        this.#open.delete(answer);
        if (this.#open.size === 0) this.#settled?.();
      });
    });
  }

  /** Resolves when none is under way. */
  async settled(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => (this.#settled = resolve));
  }
}
