import type { JsonObject } from "../../src/protocol/json.ts";
import type { FakeSocket } from "../../src/testing/fake-socket.ts";
import { ModelStream } from "./model-stream.ts";

/** How the server cuts what a follower gets. */
export interface Cutting {
  readonly most: number;
  readonly merged: boolean;
}

/** One WebSocket as the server sees it. */
export interface ServerLink {
  readonly socket: FakeSocket;
  /** Messages of the client that were taken. */
  taken: number;
  /** The next seq of each stream that is followed. */
  readonly follows: Map<string, number>;
  /** Frames on their way to the client. */
  readonly outgoing: JsonObject[];
}

/** What PROTOCOL.md asks of a server, in memory: streams, their followers, and HTTP. The test moves every frame. */
export class ServerModel {
  readonly streams = new Map<string, ModelStream>();
  /** How often each request began a run. */
  readonly begun = new Map<string, number>();
  /** Bodies that a request id came with; more than one would be a conflict. */
  readonly bodies = new Map<string, Set<string>>();
  cutting: Cutting = { most: 1, merged: false };
  readonly #earlyCancels = new Set<string>();

  link(socket: FakeSocket): ServerLink {
    return { socket, taken: 0, follows: new Map(), outgoing: [] };
  }

  ofRequest(requestId: string): ModelStream | undefined {
    return [...this.streams.values()].find((stream) => stream.requestId === requestId && !stream.gone);
  }

  /** Takes what the client has sent on this link, one message after another. */
  take(link: ServerLink): void {
    for (; link.taken < link.socket.sent.length; link.taken += 1) {
      this.#handle(link, link.socket.sent[link.taken] as JsonObject);
    }
    this.pump(link);
  }

  /** Sends each follower what its stream has more. */
  pump(link: ServerLink): void {
    for (const [id, next] of link.follows) {
      const stream = this.streams.get(id)!;
      if (stream.gone && next < stream.events.length) {
        link.outgoing.push(goneError(id));
        link.follows.delete(id);
        continue;
      }
      link.outgoing.push(...stream.frames(next, stream.events.length, this.cutting.most, this.cutting.merged));
      if (stream.state === "running") link.follows.set(id, stream.events.length);
      else link.follows.delete(id);
    }
  }

  /** The answer of section 7 to this call. */
  http(method: string, path: string, body: string | undefined): Response {
    const [, id, cancel] = /^\/streams\/([^/?]+)(\/cancel)?$/.exec(path) ?? [];
    if (path.startsWith("/streams?") || path === "/streams") {
      const running = [...this.streams.values()].filter(({ state }) => state === "running");
      return Response.json({ items: running.map(({ id: streamId, requestId }) => ({ streamId, requestId })) });
    }
    if (method === "POST" && id === undefined) {
      const message = JSON.parse(body!) as JsonObject;
      return Response.json({ streamId: this.#request(message["requestId"] as string, message).id }, { status: 202 });
    }
    const stream = this.streams.get(id!);
    if (stream === undefined) return Response.json({ type: "error", code: "not_found", message: "" }, { status: 404 });
    if (stream.gone) return Response.json(goneError(stream.id), { status: 410 });
    if (cancel !== undefined) stream.end("cancelled");
    return Response.json(stream.report());
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
      const stream = this.#request(requestId!, body);
      if (link.follows.has(stream.id)) link.outgoing.push(...stream.frames(0, 1, 1, false));
      else link.follows.set(stream.id, 0);
    }
  }

  #request(requestId: string, body: JsonObject): ModelStream {
    const known = this.ofRequest(requestId);
    this.bodies.set(requestId, (this.bodies.get(requestId) ?? new Set()).add(JSON.stringify(body)));
    if (known !== undefined) return known;
    const stream = new ModelStream(`s${this.streams.size}`, requestId);
    this.streams.set(stream.id, stream);
    this.begun.set(requestId, (this.begun.get(requestId) ?? 0) + 1);
    if (this.#earlyCancels.delete(requestId)) stream.end("cancelled");
    return stream;
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

function goneError(streamId: string): JsonObject {
  return { type: "error", streamId, code: "stream_gone", message: "no longer kept", retryable: false };
}
