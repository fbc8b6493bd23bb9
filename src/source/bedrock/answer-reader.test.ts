import fc from "fast-check";
import { expect, test } from "vitest";
import type { ProgressEvent } from "../../protocol/events.ts";
import { AnswerReader } from "./answer-reader.ts";
import { DamagedStream } from "./event-stream.ts";

type Chunk = readonly [name: string, payload: object];

function take(reader: AnswerReader, [name, payload]: Chunk): ProgressEvent | undefined {
  return reader.take({ type: "event", name }, JSON.stringify(payload));
}

const text = (fragment: string): Chunk => [
  "contentBlockDelta",
  { contentBlockIndex: 0, delta: { text: fragment }, p: "abcdef" },
];
const stop = (stopReason: string): Chunk => ["messageStop", { stopReason }];
const brokenTool: readonly Chunk[] = [
  ["contentBlockStart", { contentBlockIndex: 0, start: { toolUse: { toolUseId: "t", name: "add" } } }],
  ["contentBlockDelta", { contentBlockIndex: 0, delta: { toolUse: { input: '{"a":' } } }],
  ["contentBlockStop", { contentBlockIndex: 0 }],
];

test("M1: an empty delta is no event", () => {
  const reader = new AnswerReader();
  expect(take(reader, text(""))).toBeUndefined();
  expect(take(reader, text("Hi"))).toEqual({ type: "text-delta", text: "Hi" });
  expect(reader.answer("m").text).toBe("Hi");
});

test("M2: an answer is complete with its messageStop, not before", () => {
  const reader = new AnswerReader();
  take(reader, ["messageStart", { role: "assistant" }]);
  take(reader, text("Hi"));
  take(reader, ["contentBlockStop", { contentBlockIndex: 0 }]);
  expect(reader.complete).toBe(false);
  take(reader, stop("end_turn"));
  expect(reader.complete).toBe(true);
});

test("M7: a tool's input that is no JSON is upstream_error", () => {
  const reader = new AnswerReader();
  for (const chunk of brokenTool) expect(take(reader, chunk)).toBeUndefined();
  expect(() => take(reader, stop("tool_use"))).toThrow(expect.objectContaining({ code: "upstream_error" }));
});

test("M1: a tool without input is called with an empty one; what is not known gives no event", () => {
  const reader = new AnswerReader();
  take(reader, brokenTool[0]!);
  expect(take(reader, brokenTool[2]!)).toEqual({ type: "tool-call", id: "t", name: "add", input: {} });
  expect(reader.take({ type: "event", name: "somethingNew" }, "not even JSON")).toBeUndefined();
});

test.each([
  null,
  5,
  "text",
  [],
  {},
  { delta: null },
  { delta: 5 },
  { delta: { text: 5 } },
  { delta: { toolUse: null } },
])("M1: a payload of another shape (%j) gives no event", (payload) => {
  const reader = new AnswerReader();
  for (const name of ["contentBlockDelta", "contentBlockStart", "metadata"]) {
    expect(reader.take({ type: "event", name }, JSON.stringify(payload))).toBeUndefined();
  }
  expect(reader.answer("m")).toEqual({ text: "", modelId: "m", stopReason: "end_turn" });
});

test("M7: a payload that is no JSON is a damaged stream", () => {
  const payload = '{"delta":{"text":"Hi"}';
  const reader = new AnswerReader();
  expect(() => reader.take({ type: "event", name: "contentBlockDelta" }, payload)).toThrow(
    expect.objectContaining({ name: "DamagedStream" }),
  );
});

test("M7: exceptions and errors are thrown under the provider's name", () => {
  const reader = new AnswerReader();
  expect(() => reader.take({ type: "exception", name: "throttlingException" }, '{"message":"Slow down."}')).toThrow(
    expect.objectContaining({ name: "throttlingException", message: '{"message":"Slow down."}' }),
  );
  expect(() => reader.take({ type: "error", name: "530", errorMessage: "Try later." }, "")).toThrow(
    expect.objectContaining({ name: "530", message: "Try later." }),
  );
});

test("M1: whatever stands in a text delta, it is read as JSON.parse reads it", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom('"', "\\", "\n", "\0", "a") }),
  );
  const property = fc.property(
    anyText,
    fc.option(anyText),
    fc.nat(12),
    fc.nat(),
    anyText,
    (said, p, index, at, noise) => {
      const whole = JSON.stringify({ contentBlockIndex: index, delta: { text: said }, ...(p !== null && { p }) });
      const place = at % (whole.length + 1);
      for (const payload of [whole, whole.slice(0, place) + noise + whole.slice(place), whole.slice(0, place)]) {
        if (payload === "") continue;
        const read = (): ProgressEvent | undefined =>
          new AnswerReader().take({ type: "event", name: "contentBlockDelta" }, payload);
        const parsed = parsedText(payload);
        if (parsed instanceof SyntaxError) expect(read).toThrow(DamagedStream);
        else expect(read()).toEqual(parsed ? { type: "text-delta", text: parsed } : undefined);
      }
    },
  );
  fc.assert(property, { numRuns: 3000 });
});

function parsedText(payload: string): string | undefined | SyntaxError {
  try {
    return (JSON.parse(payload) as { delta?: { text?: string } }).delta?.text;
  } catch (error) {
    return error as SyntaxError;
  }
}
