import type { Frame, Transport } from "../transport.ts";

/** How one frame fared. After `gone` nothing more is sent. */
export type Posted = "taken" | "gone";

/** What a transport of posts does its work with. */
export interface PostLine {
  /** Brings one frame to the client; never rejects. */
  post(json: string): Promise<Posted>;
  /** What cannot be brought at once is not to be tried for long any more. */
  hurry(): void;
  /** Ends the client's link; false where that could not be done. */
  hangUp(): Promise<boolean>;
}

/** What the transport tells its connection. */
export interface PostEvents {
  drained(): void;
  /** The link is gone; told once. */
  gone(): void;
}

/** A link whose socket somebody else holds: each frame is one call, and one call at most is under way. */
export class PostTransport implements Transport {
  readonly kind = "post";
  readonly #line: PostLine;
  readonly #waiting: string[] = [];
  #events: PostEvents = { drained: () => {}, gone: () => {} };
  #busy = false;
  #closed = false;
  readonly #idle: (() => void)[] = [];
  #parting: Promise<void> | undefined;

  constructor(line: PostLine) {
    this.#line = line;
  }

  listen(events: PostEvents): void {
    this.#events = events;
  }

  get writable(): boolean {
    return !this.#busy && !this.#closed;
  }

  get bufferedBytes(): number {
    return this.#waiting.reduce((bytes, json) => bytes + json.length, 0);
  }

  /** Resolves when everything sent was taken, or the link is gone; where it was closed from here, when that is done. */
  async settled(): Promise<void> {
    await this.#sent();
    await this.#parting;
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
    this.#line.hurry();
    this.#parting = this.#sent().then(async () => void (await this.#line.hangUp()));
    this.#events.gone();
  }

  async #sent(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => void this.#idle.push(resolve));
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let json = this.#waiting.shift(); json !== undefined; json = this.#waiting.shift()) {
      if ((await this.#line.post(json)) === "taken") continue;
      this.#waiting.length = 0;
      if (!this.#closed) this.#events.gone();
      this.#closed = true;
    }
    this.#busy = false;
    if (!this.#closed) this.#events.drained();
    // It may have been given more to do.
    if (this.#busy) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
