/** A hidden tab gets no animation frames: its text must come all the same. */
const LATEST_MS = 250;

/** Gathers requests and runs `flush` once for all of them: at the next animation frame, at the latest after 250 ms. */
export class FrameFlush {
  readonly #flush: () => void;
  #frame: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(flush: () => void) {
    this.#flush = flush;
  }

  request(): void {
    if (this.#timer !== undefined) return;
    this.#frame = requestAnimationFrame(() => this.now());
    this.#timer = setTimeout(() => this.now(), LATEST_MS);
  }

  /** Flushes at once; also where nothing was requested. */
  now(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = undefined;
    this.#timer = undefined;
    this.#flush();
  }
}
