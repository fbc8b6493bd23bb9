type Listener = (event: unknown) => void;

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  readonly url: string;
  readonly protocols: readonly string[];
  /** What the client sent, parsed. */
  readonly sent: Record<string, unknown>[] = [];
  protocol = "";
  /** Whether the client has let go of it. */
  released = false;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.released = true;
  }

  /** The server accepts, and selects a subprotocol. */
  accept(protocol = "sluice.v1"): void {
    this.protocol = protocol;
    this.#emit("open", {});
  }

  /** The server sends a frame; a string goes as it is. */
  deliver(frame: object | string): void {
    this.#emit("message", { data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }

  /** The socket closes; 1006 where nobody said why. */
  cut(code = 1006, reason = ""): void {
    this.#emit("close", { code, reason });
  }

  /** What the client sent with this action. */
  actions(action: string): Record<string, unknown>[] {
    return this.sent.filter((message) => message["action"] === action);
  }

  #emit(type: string, event: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

/** The sockets that a client opens, oldest first. */
export class FakeSockets {
  readonly all: FakeSocket[] = [];
  /** Hand this to the client. */
  readonly WebSocket: new (url: string, protocols?: string[]) => FakeSocket;

  constructor() {
    const { all } = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string, protocols: string[] = []) {
        super(url, protocols);
        all.push(this);
      }
    };
  }

  /** The newest socket. */
  get last(): FakeSocket {
    const last = this.all.at(-1);
    if (last === undefined) throw new Error("No socket was opened.");
    return last;
  }
}
