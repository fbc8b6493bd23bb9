import { expect } from "vitest";
import type { Event } from "../../src/protocol/events.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { type Offset, parseOffset } from "../../src/protocol/offset.ts";
import { settled } from "../../src/testing/fake-clock.ts";
import type { TestLink } from "../support/engine-fixture.ts";

/** A stream as the store held it at its end, or before it was erased. */
export interface Truth {
  readonly streamId: string;
  readonly events: readonly Event[];
  readonly offsets: readonly string[];
  readonly erased: boolean;
}

/** One stretch in which a viewer follows a stream from one place on. */
interface Follow {
  readonly streamId: string;
  /** Seq of the event that it has already; -1 for none. */
  readonly after: number;
  /** Frames of the viewer before it. */
  readonly from: number;
  to: number;
}

/** One client that speaks the protocol by hand, and what it was sent. */
export class WireViewer {
  readonly link: TestLink;
  readonly native: boolean;
  gone = false;
  readonly #follows: Follow[] = [];
  #pings = 0;

  constructor(link: TestLink, native: boolean) {
    this.link = link;
    this.native = native;
  }

  get frames(): JsonObject[] {
    return this.link.transport.frames;
  }

  get full(): boolean {
    return !this.link.transport.writable;
  }

  /** Says it, and waits until it was handled. */
  async ask(message: JsonObject): Promise<JsonObject[]> {
    const before = this.frames.length;
    this.link.say(message);
    await this.handled();
    return this.frames.slice(before).filter(({ type }) => type !== "pong");
  }

  /** Messages are answered in order: a pong says that those before it were handled. */
  async handled(): Promise<void> {
    this.link.say({ action: "ping" });
    const wanted = (this.#pings += 1);
    await this.link.transport.until((frames) =>
      frames.filter(({ type }) => type === "pong").length >= wanted ? true : undefined,
    );
    for (let turn = 0; turn < 4; turn += 1) await settled();
  }

  /** It follows the stream from here on, whatever it followed of it before; `from`: its frames before that. */
  follows(streamId: string, after: number, from: number): void {
    this.leaves(streamId, from);
    this.#follows.push({ streamId, after, from, to: Infinity });
  }

  /** A follow of the stream has come to an end at this many frames. */
  leaves(streamId: string, to: number): void {
    const present = this.#present(streamId);
    if (present !== undefined) present.to = to;
  }

  isFollowing(streamId: string): boolean {
    const present = this.#present(streamId);
    return present !== undefined && !this.#framesOf(present).some(isTerminalFrame);
  }

  drain(): void {
    this.link.transport.writable = true;
    this.link.connection.drained();
  }

  leave(): void {
    this.gone = true;
    this.link.connection.gone();
  }

  /** Everything that it was sent keeps the laws. */
  check(truths: ReadonlyMap<string, Truth>): void {
    for (const frame of this.frames) {
      const inStream = frame["offset"] !== undefined;
      if (inStream) expect(truths.has(frame["streamId"] as string)).toBe(true);
      else expect(["pong", "ended", "error"]).toContain(frame["type"]);
    }
    for (const follow of this.#follows) this.#check(follow, truths.get(follow.streamId)!);
  }

  #check(follow: Follow, truth: Truth): void {
    const frames = this.#framesOf(follow);
    let reached = follow.after;
    let text = "";
    const others: string[] = [];
    for (const frame of frames) {
      const { seq } = placeOf(frame, "offset");
      expect(truth.offsets[seq]).toBe(frame["offset"]);
      expect(seq).toBeGreaterThan(reached);
      if (this.native) expect(frame["type"] === "events" ? placeOf(frame, "first").seq : seq).toBe(reached + 1);
      reached = seq;
      for (const event of this.native ? eventsOf(frame) : [frame]) {
        if (event["type"] === "text-delta" || event["type"] === "chunk") text += event["text"] ?? event["content"];
        else others.push(nameOf(event["type"] as string));
      }
      expect(text).toBe(textOf(truth.events.slice(follow.after + 1, seq + 1)));
    }
    const seen = truth.events.slice(follow.after + 1, reached + 1).map(({ type }) => type);
    const silent = this.native ? ["text-delta"] : ["text-delta", "reasoning-delta"];
    expect(others).toEqual(seen.filter((type) => !silent.includes(type)));
    const ends = frames.filter(isTerminalFrame).length;
    const finished = follow.to === Infinity && !this.gone && !truth.erased;
    if (finished && follow.after < truth.events.length - 1)
      expect([ends, reached]).toEqual([1, truth.events.length - 1]);
    expect(ends).toBe(reached === truth.events.length - 1 && reached > follow.after ? 1 : 0);
  }

  #present(streamId: string): Follow | undefined {
    return this.#follows.findLast((follow) => follow.streamId === streamId && follow.to === Infinity);
  }

  /** Without a `start` that was told again (law 8). */
  #framesOf({ streamId, after, from, to }: Follow): JsonObject[] {
    const frames = this.frames.slice(from, to).filter((frame) => frame["streamId"] === streamId && "offset" in frame);
    return frames.filter(({ type }, index) => type !== "start" || (index === 0 && after < 0));
  }
}

function isTerminalFrame(frame: JsonObject): boolean {
  const last = eventsOf(frame).at(-1)?.["type"] ?? frame["type"];
  return ["done", "complete", "error", "cancelled"].includes(last as string);
}

function eventsOf(frame: JsonObject): readonly JsonObject[] {
  return frame["type"] === "events" ? (frame["events"] as unknown as JsonObject[]) : [frame];
}

function textOf(events: readonly Event[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

/** The plain dialect's word for the end. */
function nameOf(type: string): string {
  return type === "done" ? "complete" : type;
}

function placeOf(frame: JsonObject, member: "offset" | "first"): Offset {
  const place = parseOffset(frame[member] as string);
  if (place === undefined) throw new Error(`No offset: ${JSON.stringify(frame)}`);
  return place;
}
