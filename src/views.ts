import { checkLease } from "./recovery.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";
import type { Stream } from "./stream.ts";

/**
 * The streams that other processes write and somebody here follows. Each is looked at again and again while that lasts; whoever
 * wakes it sooner saves it a wait, no more (law 2).
 */
export class Views {
  readonly #services: Services;
  readonly #streams = new Map<string, Stream>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** The view of this stream, where there is one. */
  get(streamId: string): Stream | undefined {
    return this.#streams.get(streamId);
  }

  /** Keeps a running stream up to date from now on, as long as it has followers here; gives the one to follow. */
  keep(stream: Stream): Stream {
    const known = this.#streams.get(stream.id);
    if (known !== undefined || stream.state !== "running") return known ?? stream;
    this.#streams.set(stream.id, stream);
    this.#lookLater(stream);
    return stream;
  }

  /** Waits until a stream has ended, wherever it is written; gives its head then, undefined where there is none. */
  async ended(streamId: string): Promise<StreamHead | undefined> {
    const { store, clock, limits } = this.#services;
    for (;;) {
      const stored = await store.head(streamId);
      if (stored === undefined) return undefined;
      const head = await checkLease(this.#services, stored);
      if (head.state !== "running") return head;
      await new Promise<void>((resolve) => void clock.after(limits.lookMs, resolve));
    }
  }

  #lookLater(stream: Stream): void {
    const { clock, limits } = this.#services;
    clock.after(limits.lookMs, () => void this.#look(stream));
  }

  async #look(stream: Stream): Promise<void> {
    const { store, hub, logger } = this.#services;
    if (hub.watching(stream.id) === 0) return void this.#streams.delete(stream.id);
    try {
      const stored = await store.head(stream.id);
      const head = stored === undefined ? undefined : await checkLease(this.#services, stored);
      if (stream.advance(head)) hub.wake(stream.id);
    } catch (thrown) {
      logger.warn({ err: thrown, streamId: stream.id }, "a stream of another process cannot be looked at");
    }
    if (stream.state === "running" && !stream.lost) this.#lookLater(stream);
    else this.#streams.delete(stream.id);
  }
}
