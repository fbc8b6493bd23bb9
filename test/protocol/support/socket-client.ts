import { NATIVE_SUBPROTOCOL } from "sluice/protocol";
import { WebSocket } from "ws";
import { Inbox } from "./inbox.ts";

export interface SocketOptions {
  readonly native?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How opening a WebSocket went. */
export type Opened = { readonly client: SocketClient } | { readonly status: number; readonly body: string };

/** A WebSocket whose texts wait to be read. */
export class SocketClient {
  readonly texts: Inbox<string> = new Inbox();
  /** Resolves with the code with which it was closed. */
  readonly closed: Promise<number>;
  readonly #ws: WebSocket;

  private constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on("message", (data: Buffer) => this.texts.push(data.toString("utf8")));
    ws.on("error", () => {});
    this.closed = new Promise((resolve) => {
      ws.on("close", (code) => {
        this.texts.end(`the connection closed with ${code}`);
        resolve(code);
      });
    });
  }

  /** Opens one, or tells the HTTP status with which it was refused. */
  static async open(url: string, { native = false, headers = {} }: SocketOptions = {}): Promise<Opened> {
    const ws = new WebSocket(url, native ? [NATIVE_SUBPROTOCOL] : [], { perMessageDeflate: false, headers });
    // Frames may come with the handshake's answer: the client listens from the beginning.
    const client = new SocketClient(ws);
    return new Promise((resolve, reject) => {
      ws.once("open", () => resolve({ client }));
      ws.once("error", reject);
      ws.once("unexpected-response", (_request, response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          ws.terminate();
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") });
        });
      });
    });
  }

  get open(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  send(message: string | Uint8Array): void {
    this.#ws.send(message);
  }

  async close(): Promise<void> {
    this.#ws.terminate();
    await this.closed;
  }
}
