import { parseOffset } from "../../protocol/offset.ts";
import type { RosterEntry } from "../../roster.ts";
import type { StreamHead } from "../../store.ts";
import type { Composition } from "./composition.ts";
import { type SocketLink, openLink } from "./socket-link.ts";

/** The process that writes a stream brings it to whoever is in the roster, one delivery for each connection. */
export class Deliveries {
  readonly #parts: Composition;
  readonly #head: StreamHead;
  readonly #open = new Map<string, Promise<SocketLink | undefined>>();
  /** The visit of each connection that was last seen to. */
  readonly #visits = new Map<string, string>();
  readonly #tasks = new Set<Promise<void>>();
  #stopAttending: () => void = () => {};
  #stopLooking: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();
  #ended = false;
  #givenUp = false;

  constructor(parts: Composition, head: StreamHead) {
    this.#parts = parts;
    this.#head = head;
  }

  /** Serves from now on whoever is in the roster, or comes. */
  begin(): void {
    this.#stopAttending = this.#parts.roster.attend(this.#head.streamId, (entries) => this.#admit(entries));
    this.#looking = this.#look();
  }

  /** The run is over: resolves when everybody has been served to the end. Until then it says that it lives. */
  async finish(): Promise<void> {
    await this.#served();
    this.#ended = true;
    this.#stopLooking();
    await this.#looking;
    await this.#served();
    this.#stopAttending();
  }

  /** Ends the links that are not served yet: their clients come back with their own offsets, and read by themselves. */
  giveUp(): void {
    this.#givenUp = true;
    for (const open of this.#open.values()) void open.then((delivery) => delivery?.transport.close());
  }

  async #served(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
  }

  #task(work: Promise<void>): void {
    const task = work.catch((thrown: unknown) => {
      const { streamId } = this.#head;
      this.#parts.engine.logger.error({ err: thrown, streamId }, "a delivery failed");
    });
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }

  /** A silent run hears of cancels and newcomers by looking (law 6). */
  async #look(): Promise<void> {
    const { engine, roster } = this.#parts;
    const { streamId, epochs } = this.#head;
    try {
      const news = await roster.look(streamId, epochs.length, engine.clock.now());
      if (news === undefined) this.#lost();
      if (news?.cancel === true) engine.runs.get(streamId)?.cancel();
      this.#admit(news?.entries ?? []);
    } catch (thrown) {
      engine.logger.warn({ err: thrown, streamId }, "cannot look for newcomers");
    }
    if (this.#ended) return;
    this.#stopLooking = engine.clock.after(engine.limits.lookMs, () => void (this.#looking = this.#look()));
  }

  /** The stream has another writer, or is erased. */
  #lost(): void {
    this.#parts.engine.runs.get(this.#head.streamId)?.fenced();
    this.giveUp();
  }

  #admit(entries: readonly RosterEntry[]): void {
    for (const entry of entries) {
      if (this.#visits.get(entry.connectionId) === entry.visit) continue;
      this.#visits.set(entry.connectionId, entry.visit);
      this.#task(this.#serve(entry));
    }
  }

  /** Whatever goes wrong, the connection is not left to wait: it is let go, and its client comes back. */
  async #serve(entry: RosterEntry): Promise<void> {
    const { connectionId } = entry;
    try {
      await this.#bring(entry);
    } catch (thrown) {
      const { posts, engine, connections } = this.#parts;
      engine.logger.error({ err: thrown, connectionId, streamId: this.#head.streamId }, "a delivery failed");
      this.#open.delete(connectionId);
      this.#visits.delete(connectionId);
      const known = await connections.get(this.#head.app, connectionId);
      if (known !== undefined) await posts.line(known.callbackUrl, connectionId).hangUp();
    }
  }

  async #bring(entry: RosterEntry): Promise<void> {
    const { roster } = this.#parts;
    const { connectionId } = entry;
    const opening = this.#open.get(connectionId) ?? this.#connect(connectionId);
    this.#open.set(connectionId, opening);
    const delivery = await opening;
    if (this.#givenUp) delivery?.transport.close();
    if (delivery !== undefined) {
      await delivery.connection.follow(this.#head, offsetOf(entry), entry.repeated);
      await delivery.settled();
      // Another visit goes on with this delivery.
      if (!delivery.connection.closed && this.#visits.get(connectionId) !== entry.visit) return;
    }
    if (this.#open.get(connectionId) === opening) this.#open.delete(connectionId);
    delivery?.connection.gone();
    if (await roster.leave(this.#head.streamId, entry)) return;
    const newer = await roster.entry(this.#head.streamId, connectionId);
    if (newer !== undefined) this.#admit([newer]);
  }

  /** Undefined where nothing is known of the connection any more. */
  async #connect(id: string): Promise<SocketLink | undefined> {
    const known = await this.#parts.connections.get(this.#head.app, id);
    return known && openLink(this.#parts, id, known);
  }
}

function offsetOf({ offset }: RosterEntry): ReturnType<typeof parseOffset> {
  return offset === undefined ? undefined : parseOffset(offset);
}
