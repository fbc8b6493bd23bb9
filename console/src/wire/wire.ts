import type { FetchLike, SocketConstructor } from "sluice/client";
import { Gate } from "./gate.ts";
import { WireFetch } from "./wire-fetch.ts";
import { WireSocket } from "./wire-socket.ts";

/** The wire under one client: everything that the client sends and gets goes over it, and it can be cut and frozen. */
export class Wire {
  readonly WebSocket: SocketConstructor;
  readonly fetch: FetchLike;
  readonly #gate = new Gate();
  readonly #requests = new WireFetch(this.#gate);
  readonly #sockets = new Set<WireSocket>();

  constructor() {
    const gate = this.#gate;
    const sockets = this.#sockets;
    this.fetch = this.#requests.fetch;
    this.WebSocket = class extends WireSocket {
      constructor(url: string, protocols?: string[]) {
        super({ url, protocols, gate, over: (socket) => sockets.delete(socket) });
        sockets.add(this);
      }
    };
  }

  /** Ends everything that is open, without a word to the client; false where nothing is. What is on its way is lost. */
  cut(): boolean {
    const anything = this.#sockets.size + this.#requests.size > 0;
    for (const socket of Array.from(this.#sockets)) socket.cut();
    this.#requests.cut();
    return anything;
  }

  /** Nothing passes in either direction from now on, though all that is open stays open. */
  freeze(): void {
    this.#gate.shut();
  }

  /** What was held passes now, in its order. */
  thaw(): void {
    this.#gate.open();
  }
}
