import type { Socket } from "node:net";
import { type ClientOptions, WebSocket } from "ws";
import { FrameLog, type WireFrame } from "./frames.ts";

/** How a WebSocket was closed. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket that knows JSON text frames and nothing else. */
export class SocketClient implements AsyncDisposable {
  readonly ws: WebSocket;
  readonly log: FrameLog = new FrameLog();
  readonly closed: Promise<Closing>;

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("message", (data: Buffer) => this.log.push(JSON.parse(data.toString("utf8")) as WireFrame));
    ws.on("error", () => {});
    const { promise, resolve } = Promise.withResolvers<Closing>();
    this.closed = promise;
    ws.on("close", (code, reason) => {
      this.log.end(`closed with ${code}`);
      resolve({ code, reason: reason.toString("utf8") });
    });
  }

  /** Opens one; rejects where the server answers with an HTTP status, which the error's message holds. */
  static async open(url: string, options: ClientOptions = {}): Promise<SocketClient> {
    const ws = new WebSocket(url, { perMessageDeflate: false, ...options });
    // Frames may come in the same read as the handshake's answer: the client listens from the beginning.
    const client = new SocketClient(ws);
    await new Promise<void>((resolve, reject) => {
      ws.once("open", resolve);
      ws.once("error", reject);
      ws.once("unexpected-response", (_request, response) => {
        response.resume();
        ws.terminate();
        reject(new Error(`refused with ${response.statusCode}`));
      });
    });
    return client;
  }

  get frames(): readonly WireFrame[] {
    return this.log.frames;
  }

  /** Sends a message; text and bytes go as they are. */
  send(message: object | string): void {
    this.ws.send(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  /** Sends one text message in fragments of so many bytes. */
  sendInFragments(text: string, bytes: number): void {
    const whole = Buffer.from(text, "utf8");
    for (let at = 0; at < whole.length; at += bytes) {
      this.ws.send(whole.subarray(at, at + bytes), { binary: false, fin: at + bytes >= whole.length });
    }
  }

  /** The TCP socket below, to do what a well-behaved client never does. */
  get socket(): Socket {
    return (this.ws as unknown as { readonly _socket: Socket })._socket;
  }

  async close(): Promise<void> {
    this.ws.close();
    await this.closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ws.terminate();
    await this.closed;
  }
}
