import { type ClientOptions, WebSocket } from "ws";
import type { Parting } from "../connection.ts";

export interface ConnectOptions {
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a refused handshake answers. */
export interface Refused {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A WebSocket client that keeps what it gets until somebody asks for it. */
export class Client {
  readonly ws: WebSocket;
  readonly closed: Promise<Parting>;
  readonly #messages: string[] = [];
  readonly #waiting: ((message: string) => void)[] = [];

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("error", () => {});
    ws.on("message", (data: Buffer) => {
      const text = data.toString("utf8");
      const waits = this.#waiting.shift();
      if (waits === undefined) this.#messages.push(text);
      else waits(text);
    });
    this.closed = new Promise((resolve) => {
      ws.on("close", (code, reason) => resolve({ code, reason: reason.toString("utf8") }));
    });
  }

  /** Rejects where the handshake is refused. */
  static async connect(url: string, options: ConnectOptions = {}): Promise<Client> {
    const client = new Client(socket(url, options));
    await new Promise<void>((resolve, reject) => {
      client.ws.once("open", resolve);
      client.ws.once("error", reject);
    });
    return client;
  }

  /** The refusal; rejects where the client gets in. */
  static refusal(url: string, options: ConnectOptions = {}): Promise<Refused> {
    const ws = socket(url, options);
    return new Promise((resolve, reject) => {
      ws.once("open", () => reject(new Error("The client got in.")));
      ws.once("error", reject);
      ws.once("unexpected-response", (_request, response) => {
        response.setEncoding("utf8");
        let body = "";
        response.on("data", (chunk: string) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
    });
  }

  send(message: object | string): void {
    this.ws.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Sends one text message in fragments of so many bytes. */
  sendInFragments(text: string, bytes: number): void {
    const whole = Buffer.from(text, "utf8");
    for (let at = 0; at < whole.length; at += bytes) {
      this.ws.send(whole.subarray(at, at + bytes), { binary: false, fin: at + bytes >= whole.length });
    }
  }

  /** The oldest message that was not asked for yet. */
  next(): Promise<string> {
    const message = this.#messages.shift();
    return message === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(message);
  }

  async nextJson(): Promise<unknown> {
    return JSON.parse(await this.next());
  }
}

function socket(url: string, { protocols = [], headers = {} }: ConnectOptions): WebSocket {
  const options: ClientOptions = { perMessageDeflate: false, headers };
  return new WebSocket(url, [...protocols], options);
}
