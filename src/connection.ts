import type { Catalog } from "./catalog.ts";
import { Controls, type Viewer } from "./controls.ts";
import type { Delegate } from "./delegate.ts";
import type { Dialect } from "./dialect.ts";
import { Encoder } from "./encoder.ts";
import { Following, type Reader } from "./following.ts";
import type { Follower } from "./follower.ts";
import type { Gateway } from "./gateway.ts";
import { Inbox } from "./inbox.ts";
import type { Intake } from "./intake.ts";
import type { Logger } from "./logger.ts";
import type { Caller, Principal } from "./principal.ts";
import { decodeMessage, requestIdOf } from "./protocol/codec.ts";
import { ERRORS, SluiceError, toSluiceError } from "./protocol/errors.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { Offset } from "./protocol/offset.ts";
import { resolveAction } from "./router.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";
import type { Stream } from "./stream.ts";
import { Tenure } from "./tenure.ts";
import type { Frame, Transport } from "./transport.ts";

/** A client link as its host hands it over. */
export interface Link {
  readonly id: string;
  readonly caller: Caller;
  readonly transport: Transport;
  /** The dialect that the client chose; the app's own by default. */
  readonly dialect?: Dialect;
  /** Longest frame that may go out, bytes; Infinity where the link does not care. */
  readonly maxFrameBytes: number;
  /** Asked first to serve the link what it follows. */
  readonly delegate?: Delegate;
}

/** One client on one transport: takes its messages one at a time, and follows streams for it. */
export class Connection implements Reader, Viewer {
  readonly id: string;
  readonly dialect: Dialect;
  #caller: Caller;
  /** Only where the principal has an end, on a link that lasts. */
  #tenure: Tenure | undefined;
  readonly #services: Services;
  readonly #intake: Intake;
  readonly #catalog: Catalog;
  readonly #gateway: Gateway;
  readonly #transport: Transport;
  readonly #maxFrameBytes: number;
  readonly #controls: Controls;
  /** Made with the first stream that is followed: an idle connection is to cost little. */
  #following: Following | undefined;
  readonly #inbox: Inbox;
  readonly #delegate: Delegate | undefined;
  /** Answers that are still to come after their message was handled. */
  readonly #owed = new Set<Promise<void>>();
  #closed = false;

  constructor(services: Services, intake: Intake, catalog: Catalog, link: Link) {
    this.id = link.id;
    this.#caller = link.caller;
    this.#services = services;
    this.#intake = intake;
    this.#catalog = catalog;
    this.#gateway = services.gateway(link.caller.app);
    this.#transport = link.transport;
    this.#maxFrameBytes = link.maxFrameBytes;
    this.dialect = link.dialect ?? this.#gateway.dialect;
    this.#controls = new Controls(services, intake, catalog, this);
    this.#inbox = new Inbox(link.transport, services.limits, (text) => this.#takeInTurn(text));
    this.#delegate = link.delegate;
    services.metrics.connections[link.transport.kind] += 1;
    const { id: connectionId, transport } = link;
    services.logger.debug({ connectionId, transport: transport.kind }, "connected");
    services.inspection?.opened(this);
    this.#hold(link.caller.principal?.expiresAt);
  }

  get caller(): Caller {
    return this.#caller;
  }

  /** The same principal has shown a fresh token. */
  renew(principal: Principal): void {
    this.#caller = { ...this.#caller, principal };
    this.#hold(principal.expiresAt);
  }

  /** Made when it is needed: most idle connections never say anything. */
  get log(): Logger {
    return this.#services.logger.child({ connectionId: this.id, app: this.caller.app });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Streams that are followed and have not ended. */
  get following(): number {
    return this.#following?.count ?? 0;
  }

  /** Where it stands in each of them. */
  get followers(): Iterable<Follower> {
    return this.#following?.followers ?? [];
  }

  get transport(): Transport["kind"] {
    return this.#transport.kind;
  }

  /** Sent, and not yet taken by the network, bytes. */
  get bufferedBytes(): number {
    return this.#transport.bufferedBytes;
  }

  /** Takes a message from the client; messages are handled one after another, in order. */
  receive(text: string): void {
    this.#inbox.receive(text);
  }

  /** Who says too much is told so once, and then not read until it may go on: a flood is to cost nobody anything. */
  async #takeInTurn(text: string): Promise<void> {
    const { steward, clock } = this.#services;
    try {
      steward.message(this.#caller);
    } catch (thrown) {
      this.answerError(thrown);
      const { retryAfterMs = 0 } = toSluiceError(thrown);
      return new Promise<void>((resolve) => void clock.after(retryAfterMs, resolve));
    }
    return this.take(text);
  }

  /** Reads and handles one message. */
  async take(text: string): Promise<void> {
    let message: JsonObject;
    try {
      message = decodeMessage(text);
    } catch (thrown) {
      return this.answerError(thrown);
    }
    await this.handle(message);
  }

  /** Handles one message: a run, or one of the actions that every app has. Errors are answered, never thrown. */
  async handle(message: JsonObject): Promise<void> {
    try {
      const destination = resolveAction(this.#gateway, message);
      if ("control" in destination) return await this.#controls.handle(destination.control, message);
      const requestId = requestIdOf(message);
      const { caller, log, id: connectionId } = this;
      const follow = (head: StreamHead): Promise<void> => this.follow(head, undefined, true);
      await this.#intake.start({ ...destination, message, requestId, caller, connectionId, log, follow });
    } catch (thrown) {
      this.answerError(thrown, message);
    }
  }

  /**
   * Brings every event after that offset to the client, or all of them. `requested`: because it sent the stream's request; where
   * it follows the stream already, its `start` once more is all it gets then (law 8).
   */
  async follow(head: StreamHead, after: Offset | undefined, requested = false): Promise<void> {
    const known = this.#following?.get(head.streamId);
    if (requested && known !== undefined) return this.send(known.startFrame());
    if ((await this.#delegate?.follow(head, after, requested)) === true) return;
    this.#following ??= new Following(this.#services, this.#catalog, this);
    await this.#following.follow(head, after);
  }

  encoderOf(stream: Stream): Encoder {
    return new Encoder(stream, this.dialect, this.#services.limits, this.#maxFrameBytes);
  }

  async isFollowing(streamId: string): Promise<boolean> {
    return this.#following?.get(streamId) !== undefined || (await this.#delegate?.follows(streamId)) === true;
  }

  /** An answer comes later than its message's turn. */
  owe(answer: Promise<void>): void {
    this.#owed.add(answer);
    void answer.finally(() => this.#owed.delete(answer));
  }

  /** Resolves when every answer owed was given, and nothing is followed any more. */
  async settled(): Promise<void> {
    while (this.#owed.size > 0) await Promise.all(this.#owed);
    await this.#following?.emptied();
  }

  get writable(): boolean {
    return !this.#closed && this.#transport.writable;
  }

  send(frame: Frame): void {
    if (this.#closed) return;
    this.#services.metrics.frames += 1;
    this.#transport.send(frame);
  }

  /** Sends a frame that belongs to no stream. */
  answer(body: JsonObject, marks: Pick<Frame, "error" | "ended"> = {}): void {
    this.send({ json: JSON.stringify(body), ...marks });
  }

  /** Answers a message with its error, in the client's dialect; names the stream and the request that were meant. */
  answerError(thrown: unknown, message?: JsonObject): void {
    const error = toSluiceError(thrown);
    if (error.code === "internal") this.log.error({ err: error.cause ?? error }, "a message failed");
    else this.#services.metrics.badRequests += 1;
    const streamId = shortText(message?.["streamId"]);
    const requestId = shortText(message?.["requestId"]);
    this.answer(
      {
        ...this.#errorBody(error, message),
        ...(streamId !== undefined && { streamId }),
        ...(requestId !== undefined && { requestId }),
      },
      { error },
    );
  }

  /** Tells the client why, and ends the link (T4). */
  refuse(error: SluiceError): void {
    this.answerError(error);
    this.close(ERRORS[error.code].close, error.message);
  }

  tell(error: SluiceError, streamId: string, final: boolean): void {
    if (error.code === "internal")
      this.log.error({ err: error.cause ?? error, streamId }, "a stream cannot be followed");
    this.answer({ ...this.#errorBody(error), streamId }, { error, ...(final && { ended: true }) });
  }

  /** The transport takes frames again. */
  drained(): void {
    this.#inbox.drained();
    this.#following?.wakeAll();
  }

  /** Ends the link from our side; T4: an error is told first. */
  close(code: number, reason: string): void {
    if (!this.#closed) this.#transport.close(code, reason);
  }

  /** Cuts the link without a word, as a network does; false where the transport cannot. */
  cut(): boolean {
    if (this.#closed || this.#transport.cut === undefined) return false;
    this.#transport.cut();
    return true;
  }

  /** The link is gone. What it followed goes on (law 6). */
  gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tenure?.stop();
    this.#inbox.close();
    this.#following?.unfollowAll();
    this.#services.metrics.connections[this.#transport.kind] -= 1;
    this.#services.inspection?.closed(this);
    this.#services.logger.debug({ connectionId: this.id }, "disconnected");
  }

  /** A principal that ends is told so on a WebSocket; whatever lasts is closed then. Its runs go on (law 6). */
  #hold(expiresAt: number | undefined): void {
    const { kind } = this.#transport;
    if (this.#closed || (expiresAt === undefined && this.#tenure === undefined)) return;
    if (kind !== "websocket" && kind !== "sse") return;
    this.#tenure ??= new Tenure(this.#services.clock, {
      expiring: (at) => {
        if (kind === "websocket") this.answer({ type: "expiring", expiresAt: new Date(at).toISOString() });
      },
      expired: () => this.refuse(new SluiceError("unauthorized", "The token has expired.")),
    });
    this.#tenure.renew(expiresAt);
  }

  /** A dialect is somebody's code: where it fails, the native one answers. */
  #errorBody(error: SluiceError, message?: JsonObject): JsonObject {
    try {
      return this.dialect.error(error, message);
    } catch (thrown) {
      this.log.error({ err: thrown }, "the dialect has no form for an error");
      return { type: "error", code: error.code, message: error.message };
    }
  }

  /** Sends nothing more of that stream. */
  unfollow(streamId: string): void {
    this.#following?.unfollow(streamId);
  }
}

function shortText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" && value.length <= 128 ? value : undefined;
}
