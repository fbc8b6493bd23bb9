import type { Connection } from "./connection.ts";
import type { Engine } from "./engine.ts";
import { requestIdOf, textField } from "./protocol/codec.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { ControlAction } from "./protocol/frames.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { StreamHead } from "./store.ts";

/** The actions that every app has beside its routes (PROTOCOL.md section 5). */
export class Controls {
  readonly #engine: Engine;
  readonly #connection: Connection;

  constructor(engine: Engine, connection: Connection) {
    this.#engine = engine;
    this.#connection = connection;
  }

  /** Handles one of them; throws what is to be answered as an error. */
  handle(action: ControlAction, message: JsonObject): Promise<void> | void {
    switch (action) {
      case "ping":
        return this.#connection.answer({ type: "pong" });
      case "resume":
        return this.#resume(message);
      case "cancel":
        return this.#cancel(message);
      case "streams":
        return this.#streams(message);
      case "authenticate":
        throw new SluiceError("unauthorized", "This server does not take tokens on a connection.");
    }
  }

  async #resume(message: JsonObject): Promise<void> {
    const { catalog, metrics } = this.#engine;
    const streamId = textField(message, "streamId");
    if (streamId === undefined || streamId === "") throw new SluiceError("bad_request", 'A resume needs a "streamId".');
    const head = await catalog.owned(this.#connection.caller, streamId);
    const after = catalog.place(head, textField(message, "offset"));
    metrics.resumes += 1;
    if (head.state !== "running" && after?.seq === head.seq) return this.#ended(head);
    await this.#connection.follow(head, after);
  }

  async #cancel(message: JsonObject): Promise<void> {
    const { catalog, runs } = this.#engine;
    const { caller } = this.#connection;
    const streamId = textField(message, "streamId");
    const requestId = requestIdOf(message);
    if (streamId === undefined && requestId === undefined) {
      throw new SluiceError("bad_request", 'A cancel needs a "streamId" or a "requestId".');
    }
    const head =
      streamId === undefined ? await catalog.cancelRequest(caller, requestId!) : await catalog.cancel(caller, streamId);
    if (head === undefined) return;
    if (head.state !== "running") return this.#ended(head);
    if (this.#connection.isFollowing(head.streamId)) return;
    void runs.get(head.streamId)?.done.then(async () => {
      const fresh = await this.#engine.store.head(head.streamId);
      if (fresh !== undefined) this.#ended(fresh);
    });
  }

  async #streams(message: JsonObject): Promise<void> {
    const state = textField(message, "state");
    const cursor = textField(message, "cursor", 1024);
    const page = await this.#engine.catalog.list(this.#connection.caller, { state, cursor });
    this.#connection.answer({
      type: "streams",
      items: page.items.map((item) => ({ ...item })),
      ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
    });
  }

  #ended(head: StreamHead): void {
    this.#connection.answer(
      {
        type: "ended",
        streamId: head.streamId,
        state: head.state,
        ...(head.requestId !== undefined && { requestId: head.requestId }),
      },
      { ended: true },
    );
  }
}
