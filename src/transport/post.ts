import type { Clock } from "../clock.ts";
import type { Frame, Transport } from "../transport.ts";

/** How one frame fared. After `gone` nothing more is sent. */
export type Posted = "taken" | "gone";

/** What a transport of posts does its work with. */
export interface PostLine {
  /** Brings one frame to the client; never rejects. */
  post(json: string): Promise<Posted>;
  /** Ends the client's link. */
  hangUp(): Promise<void>;
}

/** What the transport tells its connection. */
export interface PostEvents {
  drained(): void;
  /** The link is gone; told once. */
  gone(): void;
}

/**
 * A link whose socket somebody else holds: each frame is one call, and one call at most is under way. After each it rests, so
 * that what comes meanwhile shares the next one: the longer, the fewer the calls, and the later the words.
 */
export class PostTransport implements Transport {
  readonly kind = "post";
  readonly #line: PostLine;
  readonly #clock: Clock;
  readonly #restMs: number;
  readonly #waiting: string[] = [];
  #events: PostEvents = { drained: () => {}, gone: () => {} };
  #busy = false;
  #closed = false;
  #idle: (() => void)[] = [];

  /** `restMs`: from the beginning of one call to that of the next, at least. */
  constructor(line: PostLine, clock: Clock, restMs: number) {
    this.#line = line;
    this.#clock = clock;
    this.#restMs = restMs;
  }

  listen(events: PostEvents): void {
    this.#events = events;
  }

  get writable(): boolean {
    return !this.#busy && !this.#closed;
  }

  /** Resolves when everything sent was taken, or the link is gone. */
  async settled(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => void this.#idle.push(resolve));
  }

  send(frame: Frame): void {
    if (this.#closed) return;
    this.#waiting.push(frame.json);
    if (!this.#busy) void this.#work();
  }

  /** Nothing comes in on this link. */
  pause(): void {}

  resume(): void {}

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.settled().then(() => this.#line.hangUp());
    this.#events.gone();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    const begun = this.#clock.now();
    for (let json = this.#waiting.shift(); json !== undefined; json = this.#waiting.shift()) {
      if ((await this.#line.post(json)) === "taken") continue;
      this.#waiting.length = 0;
      if (!this.#closed) this.#events.gone();
      this.#closed = true;
    }
    const left = this.#restMs - (this.#clock.now() - begun);
    if (left > 0 && !this.#closed) this.#clock.after(left, () => this.#rested());
    else this.#rested();
  }

  #rested(): void {
    this.#busy = false;
    if (this.#waiting.length > 0) return void this.#work();
    if (!this.#closed) this.#events.drained();
    if (this.#busy) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
