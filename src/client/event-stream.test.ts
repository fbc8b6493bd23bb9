import { describe, expect, it } from "vitest";
import { type StreamedEvent, readEvents } from "./event-stream.ts";

interface Reading {
  readonly events: StreamedEvent[];
  readonly heard: number;
}

/** A body that comes in these pieces; its error is theirs. */
function bodyOf(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const rest = (async function* () {
    yield* pieces;
  })();
  return new ReadableStream({
    async pull(sink) {
      const { done, value } = await rest.next();
      if (done === true) sink.close();
      else sink.enqueue(value);
    },
  });
}

/** Reads a body that comes in these pieces. */
async function read(pieces: Iterable<string | Uint8Array>): Promise<Reading> {
  const encoder = new TextEncoder();
  const bytes = Array.from(pieces, (piece) => (typeof piece === "string" ? encoder.encode(piece) : piece));
  const events: StreamedEvent[] = [];
  let heard = 0;
  await readEvents(
    bodyOf(bytes),
    () => void (heard += 1),
    (event) => events.push(event),
  );
  return { events, heard };
}

describe("an event stream", () => {
  it("PROTOCOL 7.2: an event is its `id` and its `data`; comments only show that it lives", async () => {
    const { events, heard } = await read([":\n\n", 'id: 1-0\ndata: {"a":1}\n\n', ":\n\n", 'data: {"b":2}\n\n']);
    expect(events).toEqual([
      { id: "1-0", data: '{"a":1}' },
      { id: "1-0", data: '{"b":2}' },
    ]);
    expect(heard).toBe(4);
  });

  it("is the same wherever it is cut: in a line, in a character, between the two ends of a line", async () => {
    const text = 'id: 1-0\r\ndata: {"text":"grün → 😀"}\r\n\r\ndata: x\n\n';
    const bytes = new TextEncoder().encode(text);
    for (let size = 1; size < bytes.length; size += 1) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      expect((await read(pieces)).events, `pieces of ${size}`).toEqual([
        { id: "1-0", data: '{"text":"grün → 😀"}' },
        { id: "1-0", data: "x" },
      ]);
    }
  });

  it("keeps what JSON leaves as it is: line separators, colons and spaces in the data", async () => {
    const data = JSON.stringify({ text: " a: b\u2028c\u2029d\u0085 " });
    expect((await read([`id: 2-7\ndata: ${data}\n\n`])).events).toEqual([{ id: "2-7", data }]);
  });

  it("drops an event that has no end: the place before it is asked for again", async () => {
    const { events } = await read(["id: 1-0\ndata: a\n\nid: 1-1\ndata: b\n"]);
    expect(events).toEqual([{ id: "1-0", data: "a" }]);
  });

  it("fields that it does not know, and lines without data, are no events", async () => {
    const { events } = await read(["event: x\nretry: 5\nid: 1-0\n\n", "data\n\n", "data: a\ndata: b\n\n"]);
    expect(events).toEqual([
      { id: "1-0", data: "" },
      { id: "1-0", data: "a\nb" },
    ]);
  });

  it("rejects where it breaks off", async () => {
    const pieces = (async function* () {
      yield new TextEncoder().encode("data: a\n\n");
      throw new TypeError("terminated");
    })();
    const events: StreamedEvent[] = [];
    const reading = readEvents(
      bodyOf(pieces),
      () => {},
      (event) => events.push(event),
    );
    await expect(reading).rejects.toThrow("terminated");
    expect(events).toHaveLength(1);
  });
});
