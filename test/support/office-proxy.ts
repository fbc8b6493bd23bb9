import { once } from "node:events";
import { Agent, type IncomingMessage, type Server, type ServerResponse, createServer, request } from "node:http";
import { type AddressInfo, type Socket, connect } from "node:net";

/** What becomes of a WebSocket's upgrade. `swallow`: no answer; `mute`: it is let through, and nothing after it. */
export type UpgradeManner = "pass" | "refuse" | "swallow" | "mute";

/** How much of an event stream is held before it is let go. */
const HELD_BYTES = 64 * 1024;

/** An HTTP proxy such as stands between offices and the world: it takes requests, but not all that a browser does. */
export class OfficeProxy implements AsyncDisposable {
  readonly url: string;
  upgrades: UpgradeManner = "pass";
  /** Whether event streams are held back until they end, or have grown to 64 kB. */
  holding = false;
  /** How often it stood in somebody's way. */
  readonly obstructed: { upgrades: number; eventStreams: number } = { upgrades: 0, eventStreams: 0 };
  readonly #server: Server;
  readonly #target: number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #webSockets = new Set<Socket>();

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (asked: IncomingMessage, response: ServerResponse) => this.#forward(asked, response));
    server.on("upgrade", (asked: IncomingMessage, near: Socket, head: Buffer) => this.#upgrade(asked, near, head));
  }

  static async to(port: number): Promise<OfficeProxy> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new OfficeProxy(server, port);
  }

  /** Breaks every WebSocket that is open. */
  cutWebSockets(): void {
    for (const socket of this.#webSockets) socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    this.cutWebSockets();
    this.#agent.destroy();
    await closed;
  }

  #forward(asked: IncomingMessage, response: ServerResponse): void {
    const { method, url: path, headers } = asked;
    const options = { host: "127.0.0.1", port: this.#target, method, path, headers, agent: this.#agent };
    const far = request(options as object, (answer) => {
      const held = this.holding && (answer.headers["content-type"] ?? "").startsWith("text/event-stream");
      if (held) return this.#hold(answer, response);
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    far.on("error", () => response.destroy());
    response.on("close", () => far.destroy());
    asked.pipe(far);
  }

  #hold(answer: IncomingMessage, response: ServerResponse): void {
    let held: Buffer[] = [];
    const letGo = (): void => {
      if (!response.headersSent) response.writeHead(answer.statusCode!, answer.headers);
      response.write(Buffer.concat(held));
      held = [];
    };
    answer.on("data", (bytes: Buffer) => {
      held.push(bytes);
      if (held.reduce((sum, { length }) => sum + length, 0) >= HELD_BYTES) letGo();
    });
    answer.on("end", () => {
      letGo();
      response.end();
    });
    answer.on("error", () => response.destroy());
    this.obstructed.eventStreams += 1;
  }

  #upgrade(asked: IncomingMessage, near: Socket, head: Buffer): void {
    this.#keep(near);
    if (this.upgrades !== "pass") this.obstructed.upgrades += 1;
    if (this.upgrades === "refuse")
      near.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    if (this.upgrades === "refuse" || this.upgrades === "swallow") return;
    const far = connect(this.#target, "127.0.0.1");
    this.#keep(far);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    far.write(headOf(asked));
    if (this.upgrades === "pass") {
      far.write(head);
      near.pipe(far).pipe(near);
      return;
    }
    far.once("data", (bytes: Buffer) => near.write(bytes.subarray(0, bytes.indexOf("\r\n\r\n") + 4)));
  }

  #keep(socket: Socket): void {
    this.#webSockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => this.#webSockets.delete(socket));
  }
}

/** The request's first lines, as they came. */
function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
