import type { JsonObject } from "sluice";
import { WebSocket } from "ws";

/** One WebSocket to the predictions; every frame that comes. */
export class Conversation {
  readonly frames: JsonObject[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  constructor(url: string) {
    this.#socket = new WebSocket(`${url.replace("http", "ws")}/predictions?session=test`);
    this.#socket.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)) as JsonObject);
      for (const look of this.#waiting) look();
    });
  }

  send(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
    else this.#socket.once("open", () => this.#socket.send(JSON.stringify(message)));
  }

  /** The first frame of one of these types. */
  until(...types: readonly string[]): Promise<JsonObject> {
    const { promise, resolve } = Promise.withResolvers<JsonObject>();
    const look = (): void => {
      const found = this.frames.find(({ type }) => types.includes(String(type)));
      if (found === undefined) return;
      this.#waiting.delete(look);
      resolve(found);
    };
    this.#waiting.add(look);
    look();
    return promise;
  }

  close(): void {
    this.#socket.close();
  }
}
