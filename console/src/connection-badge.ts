import type { Client } from "sluice/client";
import { element } from "./element.ts";

type Watched = Pick<Client, "connection" | "subscribe">;
type Connection = Watched["connection"];

/** What the connection really is: never a guess, never mixed with how a run stands. */
export class ConnectionBadge {
  readonly #element: HTMLElement;
  readonly #word: HTMLSpanElement = element("span", { class: "connection-word" });
  readonly #seconds: HTMLSpanElement = element("span", { "aria-hidden": "true" });
  readonly #transport: HTMLSpanElement = element("span", { class: "connection-transport" }, "WebSocket");
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(badge: HTMLElement) {
    this.#element = badge;
    this.#element.append(element("span", { class: "dot" }), this.#word, this.#seconds, this.#transport);
  }

  /** Shows the client's connection, which is idle until there is a client. */
  async watch(wire: Promise<{ readonly client: Watched }>): Promise<void> {
    this.#show({ state: "idle", attempt: 0 });
    const { client } = await wire;
    const show = (): void => this.#show(client.connection);
    client.subscribe(show);
    addEventListener("online", show);
    addEventListener("offline", show);
    show();
  }

  #show(connection: Connection): void {
    clearTimeout(this.#timer);
    const state = navigator.onLine || connection.state === "failed" ? connection.state : "offline";
    this.#element.dataset["state"] = state;
    this.#element.title = connection.reason ?? "";
    // A screen reader is told the word once; the seconds count down for the eye only.
    if (this.#word.textContent !== WORDS[state]) this.#word.textContent = WORDS[state];
    this.#seconds.textContent = state === "waiting" ? this.#countDown(connection) : "";
    this.#transport.hidden = state !== "open";
  }

  #countDown(connection: Connection): string {
    if (connection.retryAt === undefined) return "";
    const seconds = Math.max(0, Math.ceil((connection.retryAt - Date.now()) / 1000));
    if (seconds > 0) this.#timer = setTimeout(() => this.#show(connection), 250);
    return ` in ${seconds} s`;
  }
}

const WORDS: Readonly<Record<Connection["state"] | "offline", string>> = {
  idle: "Ready",
  connecting: "Connecting",
  open: "Live",
  waiting: "Reconnecting",
  closed: "Closed",
  failed: "Refused",
  offline: "Offline",
};
