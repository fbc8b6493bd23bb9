import { createHash } from "node:crypto";
import { expect } from "vitest";
import { type Json, type JsonObject, NATIVE_SUBPROTOCOL } from "sluice/protocol";
import { bodySchema } from "./body-schema.ts";
import { serveApp } from "./app.ts";
import { isEventsFrame, joined, joinedFrames, withJoinedDeltas } from "./events-frames.ts";
import { HttpClient } from "./http-client.ts";
import { Model } from "./model.ts";
import { Placeholders } from "./placeholders.ts";
import { mustFit } from "./schemas.ts";
import { SocketClient } from "./socket-client.ts";
import type { Afterwards, Piece, Step, Vector, VectorAnswer, VectorRequest } from "./vector.ts";

/** Plays one vector against a server of its own; rejects at the first difference. */
export async function play(vector: Vector): Promise<void> {
  const model = new Model(vector.source);
  await using server = await serveApp(appOf(vector), model);
  await using player = new Player(vector, server.url, model);
  for (const step of vector.steps) await player.step(step);
  await player.finish();
}

class Player implements AsyncDisposable {
  readonly #vector: Vector;
  readonly #url: string;
  readonly #model: Model;
  readonly #placeholders = new Placeholders();
  readonly #sockets = new Map<string, SocketClient>();
  readonly #https = new Map<string, HttpClient>();
  /** Clients whose last HTTP request asked for native frames. */
  readonly #asNative = new Set<string>();

  constructor(vector: Vector, url: string, model: Model) {
    this.#vector = vector;
    this.#url = url;
    this.#model = model;
  }

  async step(step: Step): Promise<void> {
    const name = step.client ?? "";
    if (step.send !== undefined) (await this.#socket(name)).send(this.#message(step.send));
    if (step.frames !== undefined) await this.#expectFrames(name, step.frames);
    if (step.closed !== undefined) expect(await (await this.#socket(name)).closed).toBe(step.closed);
    if (step.refused !== undefined) await this.#expectRefusal(step);
    if (step.request !== undefined) this.#request(name, step.request);
    if (step.answer !== undefined) await this.#expectAnswer(name, step.answer);
    if (step.emit !== undefined) await this.#emit(step.emit, step.afterwards);
    if (step.waiting === true) await this.#model.waiting();
    if (step.calls !== undefined) expect(this.#model.calls, "calls of the model").toBe(step.calls);
  }

  /** Nothing was left unread: a pong is the next thing that each open connection gets. */
  async finish(): Promise<void> {
    for (const [name, socket] of this.#sockets) {
      if (!socket.open) continue;
      socket.send('{"action":"ping"}');
      await this.#expectFrames(name, [{ type: "pong" }]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#https.values()) client.close();
    for (const socket of this.#sockets.values()) await socket.close();
  }

  #emit(pieces: readonly Piece[], afterwards: Afterwards = "end"): Promise<void> {
    return this.#model.emit({ pieces, afterwards });
  }

  #isNative(name: string): boolean {
    return this.#vector.clients?.[name]?.native ?? this.#vector.transport === "native";
  }

  async #socket(name: string): Promise<SocketClient> {
    const known = this.#sockets.get(name);
    if (known !== undefined) return known;
    const session = this.#vector.clients?.[name]?.session;
    const path = `/${this.#app}${session === undefined ? "" : `?session=${encodeURIComponent(session)}`}`;
    const opened = await SocketClient.open(this.#url + path, { native: this.#isNative(name) });
    if (!("client" in opened)) throw new Error(`The connection was refused with ${opened.status}.`);
    this.#sockets.set(name, opened.client);
    return opened.client;
  }

  #message(send: string | JsonObject): string | Uint8Array {
    if (typeof send === "string") return this.#placeholders.fill(send);
    if (typeof send["repeat"] === "string") return send["repeat"].repeat(Number(send["times"]));
    if (typeof send["binary"] === "string") return Buffer.from(send["binary"], "hex");
    return this.#placeholders.fill(JSON.stringify(send));
  }

  #expectFrames(name: string, frames: readonly JsonObject[]): Promise<void> {
    return this.#expectEach(frames, (expected) => this.#frame(name, expected));
  }

  async #expectEach(frames: readonly JsonObject[], next: (expected: JsonObject) => Promise<JsonObject>): Promise<void> {
    for (const expected of frames) {
      let actual = await next(expected);
      if (isEventsFrame(expected) && isEventsFrame(actual)) {
        while (actual["offset"] !== expected["offset"]) actual = joined(actual, await next(expected));
        this.#compare(withJoinedDeltas(expected), withJoinedDeltas(actual));
      } else this.#compare(expected, actual);
    }
  }

  async #frame(name: string, expected: JsonObject): Promise<JsonObject> {
    const text = await (await this.#socket(name)).texts.take(JSON.stringify(expected));
    const frame = JSON.parse(text) as JsonObject;
    mustFit(this.#isNative(name) ? "native-frame.json" : this.#frameSchema, frame);
    return frame;
  }

  async #expectRefusal({ open, refused }: Step): Promise<void> {
    const opened = await SocketClient.open(this.#url + open!.path, { headers: open!.headers ?? {} });
    if ("client" in opened) {
      await opened.client.close();
      throw new Error("The connection was not refused.");
    }
    const body = JSON.parse(opened.body) as Json;
    mustFit(this.#frameSchema, body);
    this.#compare({ status: refused!.status, body: refused!.body }, { status: opened.status, body });
  }

  #request(name: string, { method, path, headers, body }: VectorRequest): void {
    const client = this.#https.get(name) ?? new HttpClient();
    this.#https.set(name, client);
    const asksForFrames = headers?.["Accept"] === "text/event-stream" || path.includes("wait=");
    if (asksForFrames && headers?.["Sluice-Dialect"] === NATIVE_SUBPROTOCOL) this.#asNative.add(name);
    else this.#asNative.delete(name);
    const asJson = body !== undefined && typeof body !== "string";
    client.send(this.#url + this.#placeholders.fill(path), {
      method,
      headers: { ...(asJson && { "Content-Type": "application/json" }), ...headers },
      ...(body !== undefined && { body: asJson ? JSON.stringify(body) : body }),
    });
  }

  async #expectAnswer(name: string, answer: VectorAnswer): Promise<void> {
    const client = this.#https.get(name)!;
    const response = await client.response;
    expect(response.status).toBe(answer.status);
    expect(Object.fromEntries(response.headers)).toMatchObject(answer.headers ?? {});
    const dialect = this.#asNative.has(name) ? "native" : this.#app;
    if (answer.events === undefined) return this.#expectBody(answer, response, dialect);
    const events = await client.events();
    expect(answer.events.map(({ id }) => id)).toEqual(answer.events.map(({ data }) => data["offset"]));
    await this.#expectEach(
      answer.events.map(({ data }) => data),
      async (expected) => {
        const { id, data } = await events.take(JSON.stringify(expected));
        const frame = JSON.parse(data) as JsonObject;
        mustFit(`${dialect}-frame.json`, frame);
        expect(id).toBe(frame["offset"]);
        return frame;
      },
    );
    if (answer.open === true) return;
    expect(await events.next("the end of the event stream")).toBeUndefined();
  }

  async #expectBody({ body: expected }: VectorAnswer, response: Response, dialect: string): Promise<void> {
    const text = await response.text();
    if (expected === undefined) return expect(text).toBe("");
    const body = JSON.parse(text) as Json;
    this.#checkBody(new URL(response.url), response.status, body, dialect);
    this.#compare(joinedFrames(expected), joinedFrames(body));
  }

  /** Checks an HTTP answer against the schema of what was asked. */
  #checkBody(url: URL, status: number, body: Json, dialect: string): void {
    const schema = status >= 400 ? `${dialect}-frame.json#/$defs/error` : bodySchema(this.#app, url, status);
    if (schema !== undefined) mustFit(schema, body);
    if (schema !== "poll-answer.json") return;
    for (const frame of (body as { frames: Json[] }).frames) mustFit(`${dialect}-frame.json`, frame);
  }

  get #app(): string {
    return appOf(this.#vector);
  }

  get #frameSchema(): string {
    return `${this.#app}-frame.json`;
  }

  #compare(expected: Json, actual: Json): void {
    expect(brief(actual)).toEqual(brief(this.#placeholders.resolve(expected, actual)));
  }
}

function appOf({ app = "titles" }: Vector): string {
  return app;
}

const LONG = 400;

/** The value with its long texts abbreviated, so that a difference can be read. */
function brief(value: Json): unknown {
  return JSON.parse(JSON.stringify(value), (_name, part: unknown) => {
    if (typeof part !== "string" || part.length <= LONG) return part;
    const digest = createHash("sha256").update(part).digest("hex");
    return `${part.slice(0, 40)}… (${part.length} characters, ${digest})`;
  });
}
