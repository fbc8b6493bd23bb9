import type { Catalog } from "./catalog.ts";
import type { Encoder } from "./encoder.ts";
import { Follower, type Outlet } from "./follower.ts";
import type { SluiceError } from "./protocol/errors.ts";
import { type Offset, formatOffset } from "./protocol/offset.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";
import type { Stream } from "./stream.ts";
import type { Happening } from "./happenings.ts";
import type { Frame, Transport } from "./transport.ts";

/** Whose streams these are: a connection. */
export interface Reader {
  readonly id: string;
  readonly transport: Transport["kind"];
  readonly closed: boolean;
  readonly writable: boolean;
  send(frame: Frame): void;
  /** Says what is the matter with a stream; `final` where it is followed no more. */
  tell(error: SluiceError, streamId: string, final: boolean): void;
  encoderOf(stream: Stream): Encoder;
}

/** The streams that one connection follows. They share its outlet, and take turns at the store. */
export class Following implements Outlet {
  readonly #services: Services;
  readonly #catalog: Catalog;
  readonly #reader: Reader;
  readonly #followers = new Map<string, Follower>();
  readonly #emptied: (() => void)[] = [];
  /** One follower reads the store at a time: else many resumes would hold as many reads. */
  #reading = false;

  constructor(services: Services, catalog: Catalog, reader: Reader) {
    this.#services = services;
    this.#catalog = catalog;
    this.#reader = reader;
  }

  /** Streams that have not ended. */
  get count(): number {
    return this.#followers.size;
  }

  get(streamId: string): Follower | undefined {
    return this.#followers.get(streamId);
  }

  /** Brings every event after that offset to the reader, or all of them; in the place of what it followed of that stream. */
  async follow(head: StreamHead, after: Offset | undefined): Promise<void> {
    const stream = await this.#catalog.stream(head);
    if (this.#reader.closed) return;
    this.#drop(stream.id);
    const follower = new Follower(stream, after, this.#reader.encoderOf(stream), this);
    this.#note(after === undefined ? "viewer" : "resumed", follower);
    this.#followers.set(stream.id, follower);
    this.#services.hub.follow(stream.id, follower);
    follower.wake();
  }

  unfollow(streamId: string): void {
    const follower = this.#followers.get(streamId);
    if (follower !== undefined) this.#note("left", follower);
    this.#drop(streamId);
  }

  #drop(streamId: string): void {
    const follower = this.#followers.get(streamId);
    if (follower === undefined) return;
    follower.stop();
    this.#followers.delete(streamId);
    this.#services.hub.unfollow(streamId, follower);
    if (this.#followers.size > 0) return;
    for (const resolve of this.#emptied.splice(0)) resolve();
  }

  /** For whoever looks at the stream (`Inspection`). */
  #note(kind: Happening["kind"], { stream, place }: Follower): void {
    const { inspection, clock } = this.#services;
    inspection?.happenings.note(stream.id, {
      at: clock.now(),
      kind,
      connectionId: this.#reader.id,
      transport: this.#reader.transport,
      ...(place !== undefined && { offset: formatOffset(place.epoch, place.seq) }),
    });
  }

  /** The cursors themselves, in the order in which they came. */
  get followers(): Iterable<Follower> {
    return this.#followers.values();
  }

  unfollowAll(): void {
    for (const streamId of this.#followers.keys()) this.unfollow(streamId);
  }

  /** Resolves when nothing is followed any more. */
  async emptied(): Promise<void> {
    if (this.#followers.size > 0) await new Promise<void>((resolve) => void this.#emptied.push(resolve));
  }

  wakeAll(): void {
    for (const follower of this.#followers.values()) follower.wake();
  }

  get writable(): boolean {
    return this.#reader.writable;
  }

  send(frame: Frame): void {
    this.#reader.send(frame);
  }

  fail(error: SluiceError, streamId: string, final: boolean): void {
    this.#reader.tell(error, streamId, final);
  }

  beginRead(): boolean {
    if (this.#reading) return false;
    this.#reading = true;
    return true;
  }

  endRead(): void {
    this.#reading = false;
    this.wakeAll();
  }

  retry(times: number, again: () => void): boolean {
    const { clock, limits } = this.#services;
    if (times * limits.commitRetryMs > limits.commitPatienceMs) return false;
    clock.after(limits.commitRetryMs, again);
    return true;
  }

  finished(follower: Follower): void {
    if (this.#followers.get(follower.stream.id) === follower) this.#drop(follower.stream.id);
  }
}
