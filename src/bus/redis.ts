import type { Cluster, Redis } from "ioredis";
import type { Bus } from "../bus.ts";
import { randomId } from "../ids.ts";

/**
 * Wake-ups by one channel that every node hears: the ids of all streams that moved in one turn of the event loop go out as one
 * message, behind the name of who sent it. Redis keeps none of it: whoever is away misses it.
 */
export class RedisBus implements Bus {
  readonly #client: Redis | Cluster;
  readonly #channel: string;
  readonly #name = randomId();
  readonly #moved = new Set<string>();
  readonly #listeners = new Set<(streamId: string) => void>();
  /** A connection that listens can do nothing else. */
  #ear: Redis | Cluster | undefined;

  constructor(client: Redis | Cluster, prefix: string) {
    this.#client = client;
    this.#channel = `${prefix}moved`;
  }

  publish(streamId: string): void {
    this.#moved.add(streamId);
    if (this.#moved.size === 1) setImmediate(() => this.#send());
  }

  subscribe(listener: (streamId: string) => void): () => void {
    this.#listeners.add(listener);
    if (this.#ear === undefined) this.#listen();
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#send();
    this.#ear?.disconnect();
    this.#ear = undefined;
  }

  #send(): void {
    if (this.#moved.size === 0) return;
    const message = [this.#name, ...this.#moved].join(" ");
    this.#moved.clear();
    // It may be lost (law 2): then whoever waits for it looks by himself.
    this.#client.publish(this.#channel, message).catch(() => {});
  }

  #listen(): void {
    const options = { enableOfflineQueue: true, lazyConnect: false };
    const ear = "nodes" in this.#client ? this.#client.duplicate([], options) : this.#client.duplicate(options);
    this.#ear = ear;
    ear.on("error", () => {});
    ear.on("message", (_channel: string, message: string) => this.#hear(message));
    // The first time and after each loss of its connection, however long that lasts.
    ear.on("ready", () => void ear.subscribe(this.#channel).catch(() => {}));
  }

  #hear(message: string): void {
    const [name, ...streamIds] = message.split(" ");
    if (name === this.#name) return;
    for (const streamId of streamIds) for (const listener of this.#listeners) listener(streamId);
  }
}
