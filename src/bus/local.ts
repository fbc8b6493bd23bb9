import type { Bus } from "../bus.ts";

/** A bus between the nodes of one process: what tests of two nodes use, and a model for real ones. */
export class LocalBus {
  readonly #listeners = new Map<object, Set<(streamId: string) => void>>();

  /** One node's end of the bus. */
  join(): Bus {
    const self = {};
    const own = new Set<(streamId: string) => void>();
    this.#listeners.set(self, own);
    return {
      publish: (streamId) => {
        for (const [node, listeners] of this.#listeners) {
          if (node === self) continue;
          for (const listener of listeners) queueMicrotask(() => listener(streamId));
        }
      },
      subscribe(listener) {
        own.add(listener);
        return () => own.delete(listener);
      },
      close: async () => void this.#listeners.delete(self),
    };
  }
}
