import { type Socket, connect } from "node:net";
import { frame, textFrame } from "../../fuzz/frame-grammar.ts";
import { readFrame } from "../../fuzz/answers.ts";

const PATIENCE_MS = 15_000;

/** A TCP client that sends what it is told to and reads only when it wants to. */
export class RawClient implements AsyncDisposable {
  readonly socket: Socket;
  #parts: Buffer[] = [];
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => void this.#parts.push(bytes));
    socket.on("error", () => {});
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
  }

  static async open(port: number): Promise<RawClient> {
    const client = new RawClient(connect(port, "127.0.0.1"));
    await new Promise((resolve) => client.socket.once("connect", resolve));
    return client;
  }

  /** Opens a WebSocket and leaves every control frame without an answer. */
  static async webSocket(port: number): Promise<RawClient> {
    const client = await RawClient.open(port);
    client.write(
      "GET /proof HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    await client.until((text) => text.includes("\r\n\r\n"));
    if (!client.text.startsWith("HTTP/1.1 101")) throw new Error(`Refused: ${client.text}`);
    client.#parts = [client.received.subarray(client.received.indexOf("\r\n\r\n") + 4)];
    return client;
  }

  /** Everything that came; of a WebSocket, what came behind the handshake. */
  get received(): Buffer {
    const whole = Buffer.concat(this.#parts);
    this.#parts = [whole];
    return whole;
  }

  get text(): string {
    return this.received.toString("latin1");
  }

  /** The status of the answer that came. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.text)?.[1]);
  }

  /** The code in the JSON body of the answer that came. */
  get code(): unknown {
    return (JSON.parse(this.text.slice(this.text.indexOf("\r\n\r\n") + 4)) as { code: unknown }).code;
  }

  /** The close code that the server sent; undefined where none came. */
  get closeCode(): number | undefined {
    for (let rest = this.received; ;) {
      const read = readFrame(rest);
      if (read === undefined) return undefined;
      if (read.opcode === 8) return read.payload.readUInt16BE(0);
      rest = rest.subarray(read.end);
    }
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  send(message: object): void {
    this.write(textFrame(JSON.stringify(message)));
  }

  ping(): void {
    this.write(frame({ opcode: 9, payload: Buffer.from("p") }));
  }

  /** Waits until what came fits. */
  async until(fits: (text: string) => boolean): Promise<void> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    while (!fits(this.text)) {
      if (late.aborted || this.socket.destroyed) throw new Error(`It did not come: ${this.text.slice(-300)}`);
      await new Promise<void>((resolve) => {
        this.socket.once("data", () => resolve()).once("close", () => resolve());
        late.addEventListener("abort", () => resolve());
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }
}
