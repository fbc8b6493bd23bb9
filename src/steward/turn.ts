import type { Clock } from "../clock.ts";
import type { Lines } from "./lines.ts";
import { nameOf, type Places, type Spot } from "./places.ts";
import type { SluiceError } from "../protocol/errors.ts";
import type { StatusEvent } from "../protocol/events.ts";

/** A place that a run needs, and what becomes of it where there is none. */
export interface Claim extends Spot {
  /** `replace`: whoever has the place is cancelled first. */
  readonly whenFull: "refuse" | "wait" | "replace";
  readonly refusal: SluiceError;
}

interface TurnParts {
  readonly streamId: string;
  /** In the order in which they are taken: what is waited for holds up nothing behind it. */
  readonly claims: readonly Claim[];
  /** A place among those who wait; taken by those who have to. */
  readonly queue: Claim;
  readonly waitMs: number;
  readonly places: Places;
  readonly lines: Lines;
  readonly clock: Clock;
  /** Cancels another run, wherever it is. */
  readonly cancel: (streamId: string) => Promise<void>;
  /** Whether that run was asked for after this one. */
  readonly isLater: (streamId: string) => Promise<boolean>;
}

const QUEUED: StatusEvent = { type: "status", text: "Waiting for a free place...", progress: 0, stage: "queued" };

/** One run's way to its places: they are taken one after another, waited for where they must be, and left at its end. */
export class Turn {
  readonly #parts: TurnParts;
  /** Of the claims, how many it has. */
  #had = 0;
  #queued = false;
  #left = false;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** It has all its places. */
  get granted(): boolean {
    return this.#had === this.#parts.claims.length;
  }

  /**
   * Takes what can be had now. Of a new request a claim that does not wait is refused, and so is one that has no place in the
   * queue; then nothing is kept. An `accepted` one is refused nothing: it waits.
   */
  async enter(accepted: boolean): Promise<void> {
    const { claims, places, queue, streamId } = this.#parts;
    for (const claim of claims) {
      if ((await places.take(claim, streamId)).held) {
        this.#had += 1;
        continue;
      }
      if (accepted) return;
      if (claim.whenFull !== "refuse") this.#queued = (await places.take(queue, streamId)).held;
      if (this.#queued) return;
      this.leave();
      throw claim.whenFull === "refuse" ? claim.refusal : queue.refusal;
    }
  }

  /** Waits for what it has not; says so first. Throws `rate_limited` where that takes too long, or the signal's reason. */
  async *wait(signal: AbortSignal): AsyncGenerator<StatusEvent, void, void> {
    const { claims, places, queue, waitMs, clock, streamId } = this.#parts;
    if (this.granted) return;
    if (claims[this.#had]!.whenFull !== "replace") yield QUEUED;
    const late = new AbortController();
    const stopTimer = clock.after(waitMs, () => late.abort(queue.refusal));
    try {
      for (let claim = claims[this.#had]; claim !== undefined; claim = claims[this.#had]) {
        await this.#await(claim, AbortSignal.any([signal, late.signal]));
      }
    } finally {
      stopTimer();
      if (this.#queued) await places.free(queue, streamId);
      this.#queued = false;
    }
  }

  /** Gives back what it has. */
  leave(): void {
    this.#left = true;
    const { claims, places, lines, queue, streamId } = this.#parts;
    for (const claim of claims.slice(0, this.#had)) {
      void places.free(claim, streamId).then(() => lines.stir(nameOf(claim)));
    }
    if (this.#queued) void places.free(queue, streamId);
    this.#had = 0;
    this.#queued = false;
  }

  /** Another process has the run from now on, and its places. */
  handOver(): void {
    const { claims, places, queue, streamId } = this.#parts;
    for (const claim of [...claims, queue]) places.forget(claim, streamId);
  }

  async #await(claim: Claim, signal: AbortSignal): Promise<void> {
    const { lines, streamId, cancel } = this.#parts;
    const name = nameOf(claim);
    // Whoever waits here has been asked for before.
    if (claim.whenFull === "replace") await Promise.all(lines.waiting(name).map(cancel));
    await lines.join(name, streamId, () => this.#attempt(claim), signal);
  }

  async #attempt(claim: Claim): Promise<boolean> {
    const { places, lines, streamId, cancel, isLater } = this.#parts;
    const answer = await places.take(claim, streamId);
    if (answer.held && !this.#left) {
      this.#had += 1;
      return true;
    }
    if (answer.held) {
      await places.free(claim, streamId);
      lines.stir(nameOf(claim));
    } else if (claim.whenFull === "replace") {
      await cancel((await isLater(answer.by)) ? streamId : answer.by);
    }
    return false;
  }
}
