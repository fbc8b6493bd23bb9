import { expect } from "vitest";
import { nativeDialect } from "../../src/dialect/native.ts";
import { type Event, type ProgressEvent, isTerminal, status, textDelta } from "../../src/protocol/events.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { formatOffset } from "../../src/protocol/offset.ts";
import { numberedToken } from "../../src/testing/numbered-tokens.ts";
import type { ScriptedCall } from "../../src/testing/scripted-source.ts";
import type { Fixture } from "../support/engine-fixture.ts";
import { type Truth, WireViewer } from "./wire-viewer.ts";

/** What may happen to the streams of an engine, and to those who view them. */
export const HAPPENINGS: readonly string[] = [
  "start, start, push, push, push, push, resume, resume, resume, forged, malformed, cancel, cancel request, repeat",
  "conflict, leave, fill, fill, drain, end, fail, erase",
].flatMap((names) => names.split(", "));

/** One thing that happens: on whose side, to which request, and how much of it. */
export interface Step {
  readonly happens: string;
  readonly who: number;
  readonly which: number;
  readonly size: number;
}

/** A stream that was asked for, as the test knows it. */
interface Asked {
  readonly streamId: string;
  readonly requestId: string;
  readonly call: ScriptedCall | undefined;
  readonly pushed: Event[];
  /** How the test, as the model, ended it. */
  ended?: "complete" | "error";
  cancelled: boolean;
  truth?: Truth;
}

/** An engine without sockets, its model, and three viewers in one session of whom the last speaks the native dialect. */
export class ProtocolLab {
  readonly #fixture: Fixture;
  readonly #present: WireViewer[] = [];
  readonly #all: WireViewer[] = [];
  readonly #asked: Asked[] = [];
  /** Requests that were cancelled before they were seen. */
  readonly #early = new Set<string>();

  constructor(fixture: Fixture) {
    this.#fixture = fixture;
    for (const who of [0, 1, 2]) this.#connect(who);
  }

  /** It happens, as far as it can just now. */
  async happen({ happens, who, which, size }: Step): Promise<void> {
    const viewer = this.#present[who]!;
    const requestId = `q${which}`;
    const asked = this.#asked.findLast((each) => each.requestId === requestId && each.truth?.erased !== true);
    if (happens === "drain") return viewer.drain();
    if (happens === "fill") return void (viewer.link.transport.writable = false);
    if (happens === "leave") {
      viewer.leave();
      return this.#connect(who);
    }
    if (happens === "push") return this.#push(asked, size);
    if (happens === "end" || happens === "fail") return this.#end(asked, happens);
    if (happens === "erase") return this.#erase(asked, size);
    // A full viewer's messages wait: it is a client that speaks, so it reads.
    if (viewer.full) viewer.drain();
    await viewer.handled();
    if (happens === "cancel") return this.#cancel(viewer, asked);
    if (happens === "cancel request") return this.#cancelRequest(viewer, requestId, asked);
    if (happens === "conflict") return this.#conflict(viewer, requestId, asked);
    if (happens === "start" || happens === "repeat") return this.#ask(viewer, requestId, asked);
    if (asked !== undefined) await this.#resume(viewer, asked, happens, size);
  }

  /** Lets every stream and every reader come to its end, and looks at what each was sent. */
  async expectLaws(): Promise<void> {
    for (const asked of this.#asked) asked.call?.end();
    for (const asked of this.#asked) if (!asked.cancelled) asked.ended ??= "complete";
    while (this.#fixture.engine.runs.running > 0) await new Promise(setImmediate);
    const truths = new Map<string, Truth>();
    for (const asked of this.#asked) truths.set(asked.streamId, (asked.truth ??= await this.#truth(asked, false)));
    for (const viewer of this.#present) {
      viewer.drain();
      await viewer.handled();
      // Below the tail each read of the store takes turns of its own.
      while (viewer.link.connection.following > 0) await new Promise(setImmediate);
    }
    for (const viewer of this.#all) viewer.check(truths);
    expect(this.#fixture.model.calls).toHaveLength(this.#asked.filter(({ call }) => call !== undefined).length);
  }

  #connect(who: number): void {
    const native = who === 2;
    const link = this.#fixture.connect({ session: "S", ...(native && { dialect: nativeDialect }) });
    this.#present[who] = new WireViewer(link, native);
    this.#all.push(this.#present[who]);
  }

  /** A request: the first time it begins a run, then it finds its stream (law 8). */
  async #ask(viewer: WireViewer, requestId: string, known: Asked | undefined): Promise<void> {
    const { model, engine } = this.#fixture;
    const calls = model.calls.length;
    const before = viewer.frames.length;
    const followed = known !== undefined && viewer.isFollowing(known.streamId);
    const answers = await viewer.ask({ action: "ask", requestId, question: "?" });
    const start = answers.find(({ type }) => type === "start")!;
    const streamId = start["streamId"] as string;
    expect(start).toMatchObject({ offset: "1-0", requestId });
    if (known !== undefined) {
      expect([streamId, model.calls.length]).toEqual([known.streamId, calls]);
      if (!followed) viewer.follows(streamId, -1, before);
      return;
    }
    const early = this.#early.delete(requestId);
    expect(model.calls.length - calls, "an early cancel calls nothing upstream").toBe(early ? 0 : 1);
    expect((await engine.store.head(streamId))?.requestId).toBe(requestId);
    this.#asked.push({ streamId, requestId, call: model.calls[calls], pushed: [], cancelled: early });
    viewer.follows(streamId, -1, before);
  }

  #push(asked: Asked | undefined, size: number): void {
    if (asked?.call === undefined || asked.ended !== undefined) return;
    const events = Array.from({ length: size }, (_, index): ProgressEvent => {
      const number = asked.pushed.length + index;
      if (number % 9 === 4) return status(`at ${number}`);
      if (number % 9 === 7) return { type: "reasoning-delta", text: `because ${number}` };
      return textDelta(numberedToken(number));
    });
    asked.pushed.push(...events);
    asked.call.push(...events);
  }

  #end(asked: Asked | undefined, how: "end" | "fail"): void {
    if (asked?.call === undefined || asked.ended !== undefined) return;
    asked.ended = how === "end" ? "complete" : "error";
    if (how === "end") asked.call.end();
    else asked.call.fail(new Error("the model failed"));
  }

  async #erase(asked: Asked | undefined, size: number): Promise<void> {
    if (asked === undefined || size > 2) return;
    const { engine } = this.#fixture;
    const { caller } = this.#present[0]!.link.connection;
    asked.cancelled = true;
    await engine.catalog.cancel(caller, asked.streamId);
    while (engine.runs.get(asked.streamId) !== undefined) await new Promise(setImmediate);
    asked.truth = await this.#truth(asked, true);
    await engine.catalog.erase(caller, asked.streamId);
  }

  /** From any place that the stream has, from one that it never gave, or from what is no place. */
  async #resume(viewer: WireViewer, { streamId }: Asked, happens: string, size: number): Promise<void> {
    const before = viewer.frames.length;
    const head = (await this.#fixture.engine.store.head(streamId))!;
    if (happens === "resume") {
      const after = Math.min(size - 2, head.seq);
      const offset = after < 0 ? {} : { offset: formatOffset(1, after) };
      const message = { action: "resume", streamId, ...offset };
      if (head.state !== "running" && !head.gone && after === head.seq) {
        expect(await viewer.ask(message)).toContainEqual(
          expect.objectContaining({ type: "ended", streamId, state: head.state }),
        );
        return;
      }
      viewer.follows(streamId, after, before);
      // Now and then its reader is full before the answer comes.
      if (size % 3 === 0) {
        viewer.link.say(message);
        viewer.link.transport.writable = false;
      } else await viewer.ask(message);
      return;
    }
    const forged = happens === "forged";
    const offset = forged ? formatOffset(1 + (size % 2), head.seq + 500) : ["x", "1", "01-2", "1-", "-1"][size % 5]!;
    const answers = await viewer.ask({ action: "resume", streamId, offset });
    const answer = answers.find(({ type, offset: place }) => type === "error" && place === undefined);
    expect(answer).toMatchObject({ code: forged ? "stream_gone" : "bad_request", streamId });
  }

  async #cancel(viewer: WireViewer, asked: Asked | undefined): Promise<void> {
    if (asked === undefined) return;
    asked.cancelled = true;
    await this.#expectReceipt(viewer, asked, { action: "cancel", streamId: asked.streamId });
  }

  async #cancelRequest(viewer: WireViewer, requestId: string, asked: Asked | undefined): Promise<void> {
    const message = { action: "cancel", requestId };
    if (asked === undefined) {
      this.#early.add(requestId);
      expect(await viewer.ask(message)).toEqual([]);
      return;
    }
    asked.cancelled = true;
    await this.#expectReceipt(viewer, asked, message);
  }

  /** A stream that runs ends at once. Whoever follows it gets its last frame only, anybody else is told how it ended. */
  async #expectReceipt(viewer: WireViewer, { streamId }: Asked, message: JsonObject): Promise<void> {
    const followed = viewer.isFollowing(streamId);
    const answers = await viewer.ask(message);
    const { state } = (await this.#fixture.engine.store.head(streamId))!;
    expect(state).not.toBe("running");
    const told = answers.filter(({ type }) => type === "ended");
    expect(told).toEqual(followed ? [] : [expect.objectContaining({ streamId, state })]);
  }

  async #conflict(viewer: WireViewer, requestId: string, asked: Asked | undefined): Promise<void> {
    if (asked === undefined) return;
    const answers = await viewer.ask({ action: "ask", requestId, question: "another" });
    const conflict = answers.find((answer) => answer["code"] === "conflict");
    expect(conflict).toMatchObject({ type: "error", requestId });
    expect(conflict).not.toHaveProperty("offset");
  }

  /** What the store holds: what the model said, or as much of it as came before the cancel, and one end. */
  async #truth({ streamId, pushed, ended, cancelled }: Asked, erased: boolean): Promise<Truth> {
    const stored = await this.#fixture.engine.store.read(streamId, undefined, Infinity);
    const events = stored.map(({ json }) => JSON.parse(json) as Event);
    const last = events.at(-1)!;
    const said = events.slice(1, -1);
    expect(events.filter(isTerminal)).toEqual([last]);
    expect(said).toEqual(pushed.slice(0, said.length));
    expect([...(cancelled ? ["cancelled"] : []), ...(ended === undefined ? [] : [ended])]).toContain(last.type);
    if (last.type === "complete") expect(said).toHaveLength(pushed.length);
    const text = said.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
    if (last.type === "complete") expect(last.text).toBe(text);
    if (last.type === "cancelled") expect(last.partialLength).toBe(text.length);
    return { streamId, events, offsets: stored.map(({ epoch, seq }) => formatOffset(epoch, seq)), erased };
  }
}
