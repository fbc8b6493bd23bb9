import type { SocketLike } from "sluice/client";
import type { Gate } from "./gate.ts";

type SocketListener = Parameters<SocketLike["addEventListener"]>[1];
const EVENTS = ["open", "message", "error", "close"] as const;
type EventName = (typeof EVENTS)[number];

export interface WireSocketParts {
  readonly url: string;
  readonly protocols: string[] | undefined;
  readonly gate: Gate;
  /** It passes nothing more. */
  readonly over: (socket: WireSocket) => void;
}

/**
 * A WebSocket whose wire can be cut and frozen. What the browser does by itself, such as answering the server's pings,
 * cannot be held back.
 */
export class WireSocket implements SocketLike {
  readonly #parts: WireSocketParts;
  readonly #listeners = new Map<EventName, SocketListener[]>();
  #real: WebSocket | undefined;
  #over = false;

  constructor(parts: WireSocketParts) {
    this.#parts = parts;
    // A dial into a frozen network goes nowhere.
    parts.gate.pass(() => this.#dial());
  }

  get protocol(): string {
    return this.#real?.protocol ?? "";
  }

  addEventListener(type: EventName, listener: SocketListener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    this.#parts.gate.pass(() => {
      if (!this.#over) this.#real?.send(text);
    });
  }

  close(code?: number, reason?: string): void {
    if (this.#real === undefined) this.#end();
    else this.#parts.gate.pass(() => this.#real?.close(code, reason));
  }

  /** Ends without a word: the client sees what it sees when a network is gone. */
  cut(): void {
    this.#end();
    this.#tell("close", { code: 1006, reason: "" });
  }

  #dial(): void {
    if (this.#over) return;
    const { url, protocols, gate } = this.#parts;
    this.#real = new WebSocket(url, protocols);
    for (const type of EVENTS) {
      this.#real.addEventListener(type, (event) => gate.pass(() => this.#pass(type, event)));
    }
  }

  #pass(type: EventName, event: Event): void {
    if (this.#over) return;
    if (type === "close") this.#end();
    this.#tell(type, event);
  }

  #tell(type: EventName, event: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }

  #end(): void {
    this.#over = true;
    this.#real?.close();
    this.#parts.over(this);
  }
}
