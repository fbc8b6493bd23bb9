import { once } from "node:events";
import { WebSocket } from "ws";
import type { JsonObject } from "../../src/protocol/json.ts";

const TERMINAL = ["stream_complete", "error", "cancelled"];

/** Somebody who looks at titles over one WebSocket. */
export class Viewer implements Disposable {
  readonly #socket: WebSocket;
  readonly #views = new Map<string, View>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as JsonObject;
      this.#views.get(String(frame["requestId"]))?.take(frame);
    });
    socket.on("close", () => {
      for (const view of this.#views.values()) view.lost();
    });
  }

  static async open(serverUrl: string): Promise<Viewer> {
    const socket = new WebSocket(`${serverUrl.replace("http", "ws")}/titles`);
    await once(socket, "open");
    return new Viewer(socket);
  }

  /** Asks for titles of this text. */
  ask(userInput: string): View {
    const requestId = `request-${(this.#asked += 1)}`;
    const view = new View(requestId);
    this.#views.set(requestId, view);
    this.#socket.send(JSON.stringify({ action: "stream", requestId, projectId: "p", userInput }));
    return view;
  }

  cancel({ requestId }: View): void {
    this.#socket.send(JSON.stringify({ action: "cancel", requestId }));
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}

/** What a viewer sees of one answer. */
export class View {
  readonly requestId: string;
  readonly frames: JsonObject[] = [];
  /** The last frame; rejects where the connection is lost before. */
  readonly end: Promise<JsonObject>;
  /** Epoch milliseconds of the last frame. */
  endedAt: number | undefined;
  readonly #end: PromiseWithResolvers<JsonObject> = Promise.withResolvers();
  #text = "";
  #waiting: { readonly text: string; readonly shown: () => void } | undefined;

  constructor(requestId: string) {
    this.requestId = requestId;
    this.end = this.#end.promise;
    this.end.catch(() => {});
  }

  /** The text that was shown in pieces. */
  get text(): string {
    return this.#text;
  }

  get streamId(): string {
    return String(this.frames[0]?.["streamId"]);
  }

  get types(): readonly string[] {
    return this.frames.map(({ type }) => String(type));
  }

  /** Waits until this text is shown, and no other. */
  async shows(text: string): Promise<void> {
    if (this.#text === text) return;
    await new Promise<void>((resolve) => (this.#waiting = { text, shown: resolve }));
  }

  take(frame: JsonObject): void {
    this.frames.push(frame);
    if (frame["type"] === "stream_chunk") this.#text += String(frame["content"]);
    if (this.#waiting?.text === this.#text) this.#waiting.shown();
    if (!TERMINAL.includes(String(frame["type"]))) return;
    this.endedAt = Date.now();
    this.#end.resolve(frame);
  }

  lost(): void {
    this.#end.reject(new Error("The connection was lost."));
  }
}
