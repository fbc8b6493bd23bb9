import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";

/** A wire that can be cut: passes bytes between the browser and the server, until told otherwise. */
export class Relay implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  readonly #gate: { open: boolean };

  private constructor(server: Server, sockets: Set<Socket>, gate: { open: boolean }) {
    this.#server = server;
    this.#sockets = sockets;
    this.#gate = gate;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async to(port: number): Promise<Relay> {
    const sockets = new Set<Socket>();
    const gate = { open: true };
    const server = createServer((near) => {
      if (!gate.open) return void near.resetAndDestroy();
      const far = connect(port, "127.0.0.1");
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.setNoDelay(true);
        socket.on("error", () => {});
        socket.on("close", () => {
          sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Relay(server, sockets, gate);
  }

  /** Resets every connection, without a word to either end. New ones are refused until `mend`. */
  cut(): void {
    this.#gate.open = false;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.#gate.open = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
