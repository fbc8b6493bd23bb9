import type { JsonObject } from "../../src/protocol/json.ts";
import type { FakeSocket } from "../../src/testing/fake-socket.ts";
import { ModelStream } from "./model-stream.ts";

/** How the server cuts what a follower gets. */
export interface Cutting {
  readonly most: number;
  readonly merged: boolean;
}

/** Somebody who is sent what streams have more. */
export interface Follower {
  /** The next seq of each stream that is followed. */
  readonly follows: Map<string, number>;
  /** Frames on their way to the client. */
  readonly outgoing: JsonObject[];
  /** Nothing passes, in neither direction, and nothing closes. */
  frozen: boolean;
}

/** One WebSocket as the server sees it. */
export interface ServerLink extends Follower {
  readonly socket: FakeSocket;
  /** Messages of the client that were taken. */
  taken: number;
  /** Frames of it were lost, which a network never does without breaking it later. */
  torn: boolean;
}

/** What PROTOCOL.md asks of a server, in memory: streams, requests and followers. The test moves every frame. */
export class ServerModel {
  readonly streams = new Map<string, ModelStream>();
  /** How often each request began a run. */
  readonly begun = new Map<string, number>();
  /** Bodies that a request id came with; more than one would be a conflict. */
  readonly bodies = new Map<string, Set<string>>();
  cutting: Cutting = { most: 1, merged: false };
  readonly #earlyCancels = new Set<string>();

  link(socket: FakeSocket): ServerLink {
    return { socket, taken: 0, follows: new Map(), outgoing: [], frozen: false, torn: false };
  }

  ofRequest(requestId: string): ModelStream | undefined {
    return [...this.streams.values()].find((stream) => stream.requestId === requestId && !stream.gone);
  }

  /** Takes what the client has sent on this link, one message after another. */
  take(link: ServerLink): void {
    if (link.frozen) return;
    for (; link.taken < link.socket.sent.length; link.taken += 1) {
      this.#handle(link, link.socket.sent[link.taken] as JsonObject);
    }
    this.pump(link);
  }

  /** Sends a follower what its streams have more. */
  pump({ follows, outgoing }: Follower): void {
    for (const [id, next] of follows) {
      const stream = this.streams.get(id)!;
      if (stream.gone && next < stream.events.length) {
        outgoing.push(goneError(id));
        follows.delete(id);
        continue;
      }
      outgoing.push(...stream.frames(next, stream.events.length, this.cutting.most, this.cutting.merged));
      if (stream.state === "running") follows.set(id, stream.events.length);
      else follows.delete(id);
    }
  }

  /** The stream of this request, which begins now unless it has one. */
  request(requestId: string, body: JsonObject): ModelStream {
    const known = this.ofRequest(requestId);
    this.bodies.set(requestId, (this.bodies.get(requestId) ?? new Set()).add(JSON.stringify(body)));
    if (known !== undefined) return known;
    const stream = new ModelStream(`s${this.streams.size}`, requestId);
    this.streams.set(stream.id, stream);
    this.begun.set(requestId, (this.begun.get(requestId) ?? 0) + 1);
    if (this.#earlyCancels.delete(requestId)) stream.end("cancelled");
    return stream;
  }

  /** Its process dies; the next one goes on with what runs, or ends it. */
  restart(goesOn: boolean): void {
    for (const stream of this.streams.values()) {
      if (goesOn) stream.takeOver();
      else stream.end("error");
    }
  }

  #handle(link: ServerLink, message: JsonObject): void {
    const { action } = message;
    const streamId = message["streamId"] as string | undefined;
    const requestId = message["requestId"] as string | undefined;
    if (action === "ping") {
      this.pump(link);
      link.outgoing.push({ type: "pong" });
    } else if (action === "resume") this.#resume(link, streamId!, message["offset"] as string | undefined);
    else if (action === "cancel") this.#cancel(link, streamId, requestId);
    else {
      const { action: _action, ...body } = message;
      const stream = this.request(requestId!, body);
      if (link.follows.has(stream.id)) link.outgoing.push(...stream.frames(0, 1, 1, false));
      else link.follows.set(stream.id, 0);
    }
  }

  #resume(link: ServerLink, streamId: string, offset: string | undefined): void {
    const stream = this.streams.get(streamId)!;
    const next = stream.gone ? undefined : stream.after(offset);
    link.follows.delete(streamId);
    if (next === undefined) link.outgoing.push(goneError(streamId));
    else if (stream.state !== "running" && next === stream.events.length) this.#ended(link, stream);
    else link.follows.set(streamId, next);
  }

  #cancel(link: ServerLink, streamId: string | undefined, requestId: string | undefined): void {
    const stream = streamId === undefined ? this.ofRequest(requestId!) : this.streams.get(streamId);
    if (stream === undefined) return void this.#earlyCancels.add(requestId!);
    if (stream.gone) return void link.outgoing.push(goneError(stream.id));
    const followed = link.follows.has(stream.id);
    const running = stream.state === "running";
    stream.end("cancelled");
    if (!followed || !running) this.#ended(link, stream);
  }

  #ended(link: ServerLink, { id: streamId, state, requestId }: ModelStream): void {
    link.outgoing.push({ type: "ended", streamId, state, requestId });
  }
}

export function goneError(streamId: string): JsonObject {
  return { type: "error", streamId, code: "stream_gone", message: "no longer kept", retryable: false };
}
