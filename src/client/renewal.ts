import type { Timers } from "./timers.ts";

/** Below this, milliseconds, a token is left to end: the server closes, and the next dial asks for another. */
const LEAST_MS = 1000;

/**
 * Shows a fresh token before the old one ends. The first notice is answered at once. Where the source of tokens has no other yet,
 * or gives such as end soon themselves, it is asked again after half of what is left: never in a circle.
 */
export class Renewal {
  readonly #timers: Timers;
  readonly #token: () => string | undefined | Promise<string | undefined>;
  readonly #show: (token: string) => void;
  #shown: string | undefined;
  #asked = false;
  #stopped = false;
  #stopTimer: () => void = () => {};

  /** `shown`: the token with which the connection was made. */
  constructor(
    timers: Timers,
    token: () => string | undefined | Promise<string | undefined>,
    shown: string | undefined,
    show: (token: string) => void,
  ) {
    this.#timers = timers;
    this.#token = token;
    this.#shown = shown;
    this.#show = show;
  }

  /** The server says when the token that it knows ends, ISO 8601. */
  expiring(expiresAt: unknown): void {
    this.#stopTimer();
    const endsAt = typeof expiresAt === "string" ? Date.parse(expiresAt) : Number.NaN;
    if (this.#asked) this.#later(endsAt);
    else void this.#renew(endsAt);
  }

  stop(): void {
    this.#stopped = true;
    this.#stopTimer();
  }

  #later(endsAt: number): void {
    const left = endsAt - this.#timers.now();
    // Also where the server's time cannot be read.
    if (!(left > LEAST_MS)) return;
    this.#stopTimer = this.#timers.after(left / 2, () => void this.#renew(endsAt));
  }

  async #renew(endsAt: number): Promise<void> {
    this.#asked = true;
    let token: string | undefined;
    try {
      token = await this.#token();
    } catch {
      // The old one is good a little longer.
    }
    if (this.#stopped) return;
    if (token === undefined || token === this.#shown) return this.#later(endsAt);
    this.#shown = token;
    this.#show(token);
  }
}
