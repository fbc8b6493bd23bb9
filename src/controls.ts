import type { Catalog } from "./catalog.ts";
import type { Intake } from "./intake.ts";
import type { Caller, Principal } from "./principal.ts";
import { requestIdOf, textField } from "./protocol/codec.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { ControlAction } from "./protocol/frames.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { Offset } from "./protocol/offset.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";
import type { Frame } from "./transport.ts";

/** Whoever asks: a connection. */
export interface Viewer {
  readonly id: string;
  readonly caller: Caller;
  renew(principal: Principal): void;
  /** Whether the stream's frames come to it, from here or from wherever the stream is written. */
  isFollowing(streamId: string): Promise<boolean>;
  owe(answer: Promise<void>): void;
  unfollow(streamId: string): void;
  follow(head: StreamHead, after: Offset | undefined): Promise<void>;
  answerError(thrown: unknown): void;
  answer(body: JsonObject, marks?: Pick<Frame, "error" | "ended">): void;
}

/** The actions that every app has beside its routes (PROTOCOL.md section 5). */
export class Controls {
  readonly #services: Services;
  readonly #intake: Intake;
  readonly #catalog: Catalog;
  readonly #viewer: Viewer;

  constructor(services: Services, intake: Intake, catalog: Catalog, viewer: Viewer) {
    this.#services = services;
    this.#intake = intake;
    this.#catalog = catalog;
    this.#viewer = viewer;
  }

  /** Handles one of them; throws what is to be answered as an error. */
  handle(action: ControlAction, message: JsonObject): Promise<void> | void {
    switch (action) {
      case "ping":
        return this.#viewer.answer({ type: "pong" });
      case "resume":
        return this.#resume(message);
      case "cancel":
        return this.#cancel(message);
      case "streams":
        return this.#streams(message);
      case "authenticate":
        return this.#authenticate(message);
    }
  }

  /** A fresh token of the same principal; with any other the connection goes on with the old one. */
  async #authenticate(message: JsonObject): Promise<void> {
    const { caller } = this.#viewer;
    const { authorize } = this.#services.gateway(caller.app);
    if (authorize === undefined || caller.principal === undefined) {
      throw new SluiceError("unauthorized", "This server does not take tokens on a connection.");
    }
    const token = message["token"];
    if (typeof token !== "string" || token === "") throw new SluiceError("bad_request", 'A "token" is needed.');
    const principal = await authorize({ token, header: () => undefined, query: new URLSearchParams() });
    if (principal === undefined || principal.id === "")
      throw new SluiceError("unauthorized", "The token is not valid.");
    if (principal.id !== caller.principal.id) throw new SluiceError("forbidden", "The token is somebody else's.");
    this.#viewer.answer({
      type: "authenticated",
      ...(principal.expiresAt !== undefined && { expiresAt: new Date(principal.expiresAt).toISOString() }),
    });
    this.#viewer.renew(principal);
  }

  async #resume(message: JsonObject): Promise<void> {
    const streamId = textField(message, "streamId");
    if (streamId === undefined || streamId === "") throw new SluiceError("bad_request", 'A resume needs a "streamId".');
    const head = await this.#catalog.owned(this.#viewer.caller, streamId);
    const after = this.#catalog.place(head, textField(message, "offset"));
    this.#services.metrics.resumes += 1;
    if (head.state !== "running" && after?.seq === head.seq) {
      this.#viewer.unfollow(streamId);
      return this.#ended(head);
    }
    await this.#viewer.follow(head, after);
  }

  async #cancel(message: JsonObject): Promise<void> {
    const { caller } = this.#viewer;
    const streamId = textField(message, "streamId") || undefined;
    const requestId = requestIdOf(message);
    if (streamId !== undefined) return this.#owe(await this.#catalog.cancel(caller, streamId, this.#viewer.id));
    if (requestId === undefined) throw new SluiceError("bad_request", 'A cancel needs a "streamId" or a "requestId".');
    const head = await this.#catalog.cancelRequest(caller, requestId, this.#viewer.id);
    if (head !== undefined) return this.#owe(head);
    const { earlyCancelMs } = this.#services.limits;
    const receipt = (begun: StreamHead): void => this.#owe(begun);
    this.#intake.earlyCancels.expect(caller.scope, requestId, earlyCancelMs, this.#viewer.id, receipt);
  }

  #owe(head: StreamHead): void {
    this.#viewer.owe(this.#receipt(head));
  }

  /** Tells a canceller that does not follow the stream how it ended, once it has. */
  async #receipt(head: StreamHead): Promise<void> {
    if (head.state !== "running") return this.#ended(head);
    try {
      if (await this.#viewer.isFollowing(head.streamId)) return;
      const ended = await this.#catalog.ended(head.streamId);
      if (ended !== undefined) this.#ended(ended);
    } catch (thrown) {
      this.#viewer.answerError(thrown);
    }
  }

  async #streams(message: JsonObject): Promise<void> {
    const state = textField(message, "state");
    const cursor = textField(message, "cursor", 1024);
    const page = await this.#catalog.list(this.#viewer.caller, { state, cursor });
    this.#viewer.answer({
      type: "streams",
      items: page.items.map((item) => ({ ...item })),
      ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
    });
  }

  #ended(head: StreamHead): void {
    this.#viewer.answer(
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
