import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** The server's ends of the connections that are made while this is open, in a test that runs both ends. */
export class ServerSockets implements Disposable {
  readonly #sockets = new Set<Socket>();
  readonly #collect = (message: unknown): void => {
    this.#sockets.add((message as { readonly socket: Socket }).socket);
  };

  constructor() {
    subscribe("net.server.socket", this.#collect);
  }

  /** The other end of this client's socket. */
  of(client: Socket): Socket {
    const found = [...this.#sockets].find(({ remotePort }) => remotePort === client.localPort);
    if (found === undefined) throw new Error("The server has not seen this socket.");
    return found;
  }

  [Symbol.dispose](): void {
    unsubscribe("net.server.socket", this.#collect);
  }
}
