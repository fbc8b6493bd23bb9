import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** One POST that waits for its answer. */
export interface HeldPost {
  readonly body: string;
  answer(status: number): void;
}

/** An HTTP server that takes POSTs and answers each only when the test says so. */
export class HeldReceiver implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #arrived: HeldPost[] = [];
  readonly #waiting: ((post: HeldPost) => void)[] = [];
  #inFlight = 0;
  #mostInFlight = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<HeldReceiver> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const receiver = new HeldReceiver(server);
    server.on("request", async (request, response) => {
      receiver.#inFlight += 1;
      receiver.#mostInFlight = Math.max(receiver.#mostInFlight, receiver.#inFlight);
      const body = await text(request);
      receiver.#take({
        body,
        answer: (status) => {
          receiver.#inFlight -= 1;
          response.writeHead(status).end();
        },
      });
    });
    return receiver;
  }

  /** The most POSTs that ever waited for their answer at once. */
  get mostInFlight(): number {
    return this.#mostInFlight;
  }

  /** The next POST, as soon as it is here. */
  next(): Promise<HeldPost> {
    const post = this.#arrived.shift();
    return post === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(post);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #take(post: HeldPost): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#arrived.push(post);
    else waiter(post);
  }
}
