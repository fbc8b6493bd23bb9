import { SluiceError } from "./protocol/errors.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";
import type { Entry, Stream } from "./stream.ts";
import { WATCH_MARK_MS, Watchers } from "./watchers.ts";

interface View {
  readonly stream: Stream;
  /** What is new is being read; and something was heard of it meanwhile. */
  reading: boolean;
  again: boolean;
  /** When its writer was last told that somebody here follows it. */
  marked: number;
  stopTimer: () => void;
}

/**
 * The streams that other processes write and somebody here follows. What is new is read once, for all who follow, whenever the bus
 * tells of it. Each is looked at now and then while that lasts, since a wake-up may be lost, and its writer may be dead (law 2).
 */
export class Views {
  readonly #services: Services;
  readonly #watchers: Watchers;
  readonly #views = new Map<string, View>();

  constructor(services: Services) {
    this.#services = services;
    this.#watchers = new Watchers(services.records, services.clock);
  }

  /** The view of this stream, where there is one. */
  get(streamId: string): Stream | undefined {
    return this.#views.get(streamId)?.stream;
  }

  /** Keeps a running stream up to date from now on, as long as it has followers here; gives the one to follow. */
  keep(stream: Stream): Stream {
    const known = this.#views.get(stream.id);
    if (known !== undefined || stream.state !== "running") return known?.stream ?? stream;
    const view = { stream, reading: false, again: false, marked: 0, stopTimer: () => {} };
    this.#views.set(stream.id, view);
    this.#lookLater(view);
    // Something may have been told of since its head was read.
    if (this.#services.bus !== undefined) void this.#catchUp(view);
    this.#markSoon(view);
    return stream;
  }

  /** Gives the stream to whoever writes it here from now on, with all who follow it. */
  take(streamId: string): Stream | undefined {
    const view = this.#views.get(streamId);
    if (view !== undefined) this.#drop(view);
    return view?.stream;
  }

  /** The bus tells of this stream. */
  heard(streamId: string): void {
    const view = this.#views.get(streamId);
    if (view !== undefined) void this.#catchUp(view);
  }

  /** Waits until a stream has ended, wherever it is written; gives its head then, undefined where there is none. */
  async ended(streamId: string): Promise<StreamHead | undefined> {
    const { store, clock, limits } = this.#services;
    for (;;) {
      const stored = await store.head(streamId);
      if (stored === undefined) return undefined;
      const head = await this.#services.alive(stored);
      if (head.state !== "running") return head;
      await new Promise<void>((resolve) => void clock.after(limits.lookMs, resolve));
    }
  }

  /** Reads what is new, or looks first whether anything is; what is heard meanwhile asks for another turn. */
  async #catchUp(view: View, look = false): Promise<void> {
    if (view.reading) return void (view.again = true);
    view.reading = true;
    try {
      const isNew = look ? await this.#look(view) : true;
      // Told of, and yet nothing in the log: something else about it has changed.
      if (isNew && !(await this.#read(view)) && !look) await this.#look(view);
      while (view.again && this.#holds(view)) {
        view.again = false;
        await this.#read(view);
      }
    } catch (thrown) {
      const { logger } = this.#services;
      logger.warn({ err: thrown, streamId: view.stream.id }, "a stream of another process cannot be read");
    } finally {
      view.reading = false;
    }
  }

  /** False where nothing new stands in the log, or not where this view left off. */
  async #read(view: View): Promise<boolean> {
    const { store, hub, limits } = this.#services;
    const { stream } = view;
    const entries = await store
      .read(stream.id, stream.last, limits.readBytes)
      .catch((thrown: unknown): readonly Entry[] => {
        if (thrown instanceof SluiceError && thrown.code === "stream_gone") return [];
        throw thrown;
      });
    if (entries.length === 0 || !this.#holds(view)) return false;
    stream.received(entries);
    // A read that brought about as much as one brings may have left some.
    if (bytesOf(entries) * 2 > limits.readBytes) view.again = true;
    hub.moved(stream.id);
    stream.delivered();
    if (stream.state !== "running") this.#drop(view);
    return true;
  }

  /** Takes in what is not in the log: that the stream is gone, or that its writer is dead. True where the log has more. */
  async #look(view: View): Promise<boolean> {
    const { store, hub } = this.#services;
    const { stream } = view;
    const stored = await store.head(stream.id);
    const head = stored === undefined ? undefined : await this.#services.alive(stored);
    if (!this.#holds(view)) return false;
    if (head !== undefined && stream.precedes(head)) return true;
    if (stream.advance(head)) hub.moved(stream.id);
    if (stream.state !== "running" || stream.lost) this.#drop(view);
    return false;
  }

  #lookLater(view: View): void {
    const { clock, limits, hub, bus } = this.#services;
    view.stopTimer = clock.after(bus === undefined ? limits.lookMs : limits.unheardMs, () => {
      if (hub.watching(view.stream.id) === 0) return this.#drop(view);
      this.#lookLater(view);
      void this.#catchUp(view, true);
      this.#mark(view);
    });
  }

  /** Whoever only asks for a run, and does not wait for it, is gone by then. */
  #markSoon(view: View): void {
    if (!this.#mayStop(view)) return;
    const { clock, limits, hub } = this.#services;
    clock.after(limits.lookMs, () => {
      if (this.#holds(view) && hub.watching(view.stream.id) > 0) this.#mark(view);
    });
  }

  /** Whether its run stops where nobody watches it. */
  #mayStop({ stream: { app, start } }: View): boolean {
    return this.#services.gateway(app).routes[start.route]?.stopWhenUnwatchedMs !== undefined;
  }

  #mark(view: View): void {
    const { clock, logger } = this.#services;
    const { id: streamId, app } = view.stream;
    if (!this.#mayStop(view) || clock.now() - view.marked < WATCH_MARK_MS) return;
    view.marked = clock.now();
    this.#watchers.mark({ app, streamId }).catch((thrown: unknown) => {
      logger.warn({ err: thrown, streamId }, "a run cannot be told that it is watched");
    });
  }

  #holds(view: View): boolean {
    return this.#views.get(view.stream.id) === view;
  }

  #drop(view: View): void {
    view.stopTimer();
    if (this.#holds(view)) this.#views.delete(view.stream.id);
  }
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { json }) => sum + json.length, 0);
}
