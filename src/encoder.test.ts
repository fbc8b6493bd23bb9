import { describe, expect, it } from "vitest";
import { plainDialect } from "../test/support/engine-fixture.ts";
import { nativeDialect } from "./dialect/native.ts";
import { Encoder } from "./encoder.ts";
import { defaultLimits } from "./limits.ts";
import type { Event, StartEvent } from "./protocol/events.ts";
import { isJsonObject } from "./protocol/json.ts";
import type { StreamHead } from "./store.ts";
import { memoryStore } from "./store/memory.ts";
import { Stream } from "./stream.ts";

const START: StartEvent = { type: "start", route: "ask", requestId: 'r"1' };
const LIMIT = 128 * 1024;

function encoder(options: { native?: boolean; maxBytes?: number } = {}): Encoder {
  const head = { streamId: "s", app: "app", epochs: [0, 5], seq: 9, state: "running" } as unknown as StreamHead;
  const stream = new Stream(head, START, memoryStore(), defaultLimits);
  const dialect = options.native === true ? nativeDialect : plainDialect;
  return new Encoder(stream, dialect, defaultLimits, options.maxBytes ?? LIMIT);
}

function encoded(of: Encoder, ...events: readonly Event[]): unknown[] {
  const entries = events.map((event, index) => ({
    epoch: index === 0 ? 1 : 2,
    seq: index + 4,
    at: 1000 + index,
    json: JSON.stringify(event),
  }));
  return of.encode(entries).map(({ json }) => JSON.parse(json) as unknown);
}

describe("frames of a stream (PROTOCOL.md section 6)", () => {
  it("carry streamId, offset with the epoch that wrote the event, and requestId", () => {
    const frames = encoded(encoder(), { type: "text-delta", text: "a" }, { type: "text-delta", text: "b" });
    expect(frames).toEqual([
      { type: "chunk", content: "a", streamId: "s", offset: "1-4", requestId: 'r"1' },
      { type: "chunk", content: "b", streamId: "s", offset: "2-5", requestId: 'r"1' },
    ]);
  });

  it("leave out what the dialect does not speak of, and events of a later release (law 3)", () => {
    const later = { type: "hologram", data: 1 } as unknown as Event;
    expect(encoded(encoder(), { type: "usage", inputTokens: 1, outputTokens: 1 }, later)).toEqual([]);
  });

  it("cancelled looks alike in every dialect", () => {
    const cancelled: Event = { type: "cancelled", partialLength: 3 };
    const [plain] = encoded(encoder(), cancelled);
    expect(plain).toEqual({ type: "cancelled", partialLength: 3, streamId: "s", offset: "1-4", requestId: 'r"1' });
    expect(encoded(encoder({ native: true }), cancelled)).toEqual([plain]);
  });

  it("above 128 KB go with their text empty and an href, in both dialects", () => {
    const complete: Event = { type: "complete", text: "é".repeat(70_000), result: { n: 1 } };
    const [plain] = encoded(encoder(), complete);
    expect(plain).toMatchObject({ type: "done", content: "", href: "/app/streams/s", offset: "1-4" });
    const [native] = encoded(encoder({ native: true }), complete);
    expect(native).toMatchObject({
      href: "/app/streams/s",
      events: [{ type: "complete", text: "", result: { n: 1 } }],
    });
    const [whole] = encoded(encoder({ maxBytes: Number.POSITIVE_INFINITY }), complete);
    expect(whole).toMatchObject({ content: complete.text });
  });

  it("mark the stream's end for the transport", () => {
    const complete: Event = { type: "complete", text: "all" };
    const entries = [{ epoch: 1, seq: 4, at: 0, json: JSON.stringify(complete) }];
    for (const native of [false, true]) {
      const [frame] = encoder({ native }).encode(entries);
      expect(frame).toMatchObject({ streamId: "s", offset: "1-4", terminal: complete });
    }
  });

  it("native: one frame covers a dense range, across epochs", () => {
    const frames = encoded(encoder({ native: true }), { type: "text-delta", text: "a" }, { type: "status", text: "b" });
    expect(frames).toEqual([
      {
        type: "events",
        streamId: "s",
        first: "1-4",
        offset: "2-5",
        requestId: 'r"1',
        at: 1001,
        events: [
          { type: "text-delta", text: "a" },
          { type: "status", text: "b" },
        ],
      },
    ]);
    expect(frames.every(isJsonObject)).toBe(true);
  });
});
