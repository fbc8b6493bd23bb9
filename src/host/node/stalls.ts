import type { Socket } from "node:net";
import type { Clock } from "../../clock.ts";
import type { Limits } from "../../limits.ts";

type StallLimits = Pick<Limits, "heartbeatMs" | "stallMs">;

/** Whoever cuts a connection in its own way. */
export interface Cutter {
  stalled(): void;
}

interface Watched {
  readonly cutter: Cutter | undefined;
  /** Bytes of writes that are done, and of the one under way that the kernel has not taken. */
  written: number;
  queued: number;
  progressAt: number;
}

/**
 * Cuts connections whose client takes nothing of what waits for it for `stallMs` (law 7). Only what the kernel takes
 * counts: Node's own socket timer begins anew with every byte that the client sends.
 */
export class Stalls {
  readonly #clock: Clock;
  readonly #limits: StallLimits;
  readonly #watched = new Map<Socket, Watched>();
  #stop: () => void;

  constructor(clock: Clock, limits: StallLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#stop = this.#lookLater();
  }

  /** Watches a connection until it is closed; a later call for the same one changes how it is cut. */
  watch(socket: Socket, cutter?: Cutter): void {
    this.#watched.set(socket, { cutter, ...progressOf(socket), progressAt: this.#clock.now() });
  }

  stop(): void {
    this.#stop();
  }

  #lookLater(): () => void {
    const { heartbeatMs, stallMs } = this.#limits;
    return this.#clock.after(Math.min(heartbeatMs, stallMs / 4), () => {
      this.#look();
      this.#stop = this.#lookLater();
    });
  }

  #look(): void {
    const now = this.#clock.now();
    for (const [socket, watched] of this.#watched) {
      const { written, queued } = progressOf(socket);
      const moved = written !== watched.written || queued !== watched.queued;
      if (socket.destroyed) this.#watched.delete(socket);
      else if (moved || socket.writableLength === 0) Object.assign(watched, { written, queued, progressAt: now });
      else if (now - watched.progressAt >= this.#limits.stallMs) {
        if (watched.cutter === undefined) socket.destroy();
        else watched.cutter.stalled();
      }
    }
  }
}

function progressOf(socket: Socket): Pick<Watched, "written" | "queued"> {
  // Not in Node's documents: the one place that shows how far a large write has come.
  const { _handle: handle } = socket as unknown as { readonly _handle?: { readonly writeQueueSize?: number } | null };
  return { written: socket.bytesWritten - socket.writableLength, queued: handle?.writeQueueSize ?? 0 };
}
