import { crc32 } from "node:zlib";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import { describe, expect, test } from "vitest";
import { EventStreamDecoder } from "./event-stream.ts";
import type { MessageLabel } from "./message-label.ts";

const codec = new EventStreamCodec(toUtf8, fromUtf8);

type Decoded = MessageLabel & { readonly payload: string };
type Headers = Parameters<EventStreamCodec["encode"]>[0]["headers"];

function encode(strings: Record<string, string>, payload: string, others: Headers = {}): Buffer {
  const headers: Headers = { ...others };
  for (const [name, value] of Object.entries(strings)) headers[name] = { type: "string", value };
  return Buffer.from(codec.encode({ headers, body: fromUtf8(payload) }));
}

const event = (payload: string): Buffer => encode({ ":message-type": "event", ":event-type": "a" }, payload);

/** A message whose checksums match, whatever it says. */
function sealed(total: number, headers: number, rest: Buffer = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(12), rest, Buffer.alloc(4)]);
  bytes.writeUInt32BE(total, 0);
  bytes.writeUInt32BE(headers, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

function decoder(): { decoder: EventStreamDecoder; messages: Decoded[] } {
  const messages: Decoded[] = [];
  return { decoder: new EventStreamDecoder((label, payload) => messages.push({ ...label, payload })), messages };
}

test("messages come out whole and in order, wherever the bytes are cut", () => {
  const payloads = ["", "short", "ü👍".repeat(40), "x".repeat(70_000), "end"];
  const bytes = Buffer.concat(payloads.map(event));
  for (const size of [1, 2, 3, 11, 12, 13, 100, 4096, bytes.length]) {
    const { decoder: incoming, messages } = decoder();
    for (let at = 0; at < bytes.length; at += size) incoming.push(Uint8Array.from(bytes.subarray(at, at + size)));
    incoming.end();
    expect(messages).toEqual(payloads.map((payload) => ({ type: "event", name: "a", payload })));
  }
});

test("the headers say what a message is, in any order and among headers of every other type", () => {
  const { decoder: incoming, messages } = decoder();
  const others: Headers = {
    a: { type: "boolean", value: true },
    b: { type: "boolean", value: false },
    c: { type: "byte", value: 1 },
    d: { type: "short", value: 2 },
    e: { type: "integer", value: 3 },
    f: { type: "binary", value: Uint8Array.of(1, 2, 3) },
    g: { type: "timestamp", value: new Date(0) },
    h: { type: "uuid", value: "01234567-89ab-cdef-0123-456789abcdef" },
  };
  incoming.push(encode({ ":event-type": "one", ":message-type": "event" }, "1", others));
  incoming.push(encode({ ":message-type": "exception", ":exception-type": "two" }, "2"));
  incoming.push(encode({ ":message-type": "error", ":error-code": "three", ":error-message": "It broke." }, ""));
  incoming.push(encode({ ":message-type": "error", ":error-code": "four" }, ""));
  expect(messages).toEqual([
    { type: "event", name: "one", payload: "1" },
    { type: "exception", name: "two", payload: "2" },
    { type: "error", name: "three", errorMessage: "It broke.", payload: "" },
    { type: "error", name: "four", errorMessage: "", payload: "" },
  ]);
});

test("a stream that ends inside a message throws, one that ends behind one does not", () => {
  const bytes = event("payload");
  for (let length = 1; length < bytes.length; length += 1) {
    const { decoder: incoming, messages } = decoder();
    incoming.push(bytes.subarray(0, length));
    expect(() => incoming.end()).toThrow("inside a message");
    incoming.push(bytes.subarray(length));
    incoming.end();
    expect(messages).toHaveLength(1);
  }
});

describe("law 10: damage is told, and nothing of the damaged message is given", () => {
  test("every wrong byte is found, in whole messages and in cut ones", () => {
    const good = event("good");
    const bytes = event('{"delta":{"text":"Hi"}}');
    for (let at = 0; at < bytes.length; at += 1) {
      for (const size of [bytes.length, 5]) {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 0x20;
        const { decoder: incoming, messages } = decoder();
        const push = (): void => {
          for (let from = 0; from < damaged.length; from += size) incoming.push(damaged.subarray(from, from + size));
        };
        incoming.push(good);
        expect(push).toThrow(expect.objectContaining({ name: "DamagedStream" }));
        expect(messages).toMatchObject([{ payload: "good" }]);
      }
    }
  });

  test("the messages before the damage in one piece are given", () => {
    const { decoder: incoming, messages } = decoder();
    const damaged = event("bad");
    damaged[damaged.length - 1]! ^= 1;
    expect(() => incoming.push(Buffer.concat([event("1"), event("2"), damaged]))).toThrow("checksum");
    expect(messages.map(({ payload }) => payload)).toEqual(["1", "2"]);
  });

  test.each([
    ["a length below the overhead", sealed(15, 0)],
    ["a length of nothing", sealed(0, 0)],
    ["more headers than message", sealed(100, 85)],
    ["more than 16 MB", sealed(17 * 1024 * 1024, 0)],
    ["4 GB", sealed(0xffffffff, 0)],
    ["more than 128 KB of headers", sealed(1024 * 1024, 129 * 1024)],
  ])("%s is impossible, and no room is made for it", (_what, bytes) => {
    const { decoder: incoming } = decoder();
    expect(() => incoming.push(bytes)).toThrow("can't have");
    const { decoder: another } = decoder();
    another.push(bytes.subarray(0, 6));
    expect(() => another.push(bytes.subarray(6, 12))).toThrow("can't have");
  });

  const broken: readonly (readonly [string, Buffer])[] = [
    ["no headers", Buffer.alloc(0)],
    ["a name without a value", Buffer.from([1, 97])],
    ["a name longer than the headers", Buffer.from([9, 97, 0])],
    ["an unknown type", Buffer.from([1, 97, 10])],
    ["a string without a length", Buffer.from([1, 97, 7, 0])],
    ["a string longer than the headers", Buffer.from([1, 97, 7, 0, 9, 97])],
    ["a number cut short", Buffer.from([1, 97, 4, 0, 0])],
  ];
  test.each(broken)("headers can't be read: %s", (_what, headers) => {
    const { decoder: incoming, messages } = decoder();
    expect(() => incoming.push(sealed(16 + headers.length, headers.length, headers))).toThrow("headers");
    expect(messages).toEqual([]);
  });

  test.each([
    { ":event-type": "a" },
    { ":message-type": "event" },
    { ":message-type": "exception", ":event-type": "a" },
    { ":message-type": "error" },
    { ":message-type": "something", ":event-type": "a" },
  ])("headers that do not say what it is: %j", (headers) => {
    const { decoder: incoming } = decoder();
    expect(() => incoming.push(encode(headers, ""))).toThrow("headers");
  });
});
