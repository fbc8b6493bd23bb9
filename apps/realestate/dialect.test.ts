import { type Event, type StartEvent, SluiceError, status, systemClock, textDelta } from "sluice";
import { describe, expect, test } from "vitest";
import { realestateDialect } from "./dialect.ts";

const START: StartEvent = { type: "start", route: "invoke" };
const AT = 1_234_567_890_123;
const dialect = realestateDialect({ ...systemClock, now: () => 1_700_000_000_500 });

function encode(event: Event): string | undefined {
  const frame = dialect.encode(START, event, AT);
  return frame === undefined ? undefined : JSON.stringify(frame);
}

describe("the wire of realestate (seed 003, DESIGN section 4)", () => {
  test("D1: a status carries its commit time in epoch seconds with a fraction", () => {
    expect(encode(status("Processing your query..."))).toBe(
      '{"type":"status","message":"Processing your query...","timestamp":1234567890.123}',
    );
  });

  test("text is a delta, without a timestamp", () => {
    expect(encode(textDelta("In R1"))).toBe('{"type":"delta","content":"In R1"}');
  });

  test("a message is the assistant's whole text", () => {
    expect(encode({ type: "message", role: "assistant", content: "In R1 9 m." })).toBe(
      '{"type":"message","role":"assistant","content":"In R1 9 m.","timestamp":1234567890.123}',
    );
    expect(encode({ type: "message", role: "user", content: "x" })).toBeUndefined();
  });

  test("the end is a result with the fields of the seed, in its order", () => {
    const result = { agent: "rag", query_type: "zoning", tools_available: 5, tools_used: 2 };
    expect(encode({ type: "complete", text: "Agent response content...", result })).toBe(
      '{"type":"result","data":{"success":true,"content":"Agent response content...","agent":"rag","query_type":"zoning",' +
        '"tools_available":5,"tools_used":2},"timestamp":1234567890.123}',
    );
  });

  test("D4: an error has the same form as an answer and in a stream; the answer's time is the clock's", () => {
    expect(encode({ type: "error", code: "upstream_error", message: "gone", retryable: true })).toBe(
      '{"type":"error","error":"gone","code":"upstream_error","timestamp":1234567890.123}',
    );
    expect(JSON.stringify(dialect.error(new SluiceError("unknown_action", "no such")))).toBe(
      '{"type":"error","error":"no such","code":"unknown_action","timestamp":1700000000.5}',
    );
    expect(dialect.error(new SluiceError("rate_limited", "slow down", { retryAfterMs: 500 }))).toMatchObject({
      retryAfterMs: 500,
    });
  });

  test.each<Event>([
    { type: "usage", inputTokens: 1, outputTokens: 2 },
    { type: "reasoning-delta", text: "hm" },
    { type: "tool-call", id: "1", name: "search_documents", input: {} },
    { type: "tool-result", id: "1", output: {} },
    { type: "data", name: "citations", value: [] },
    { type: "from-a-later-release" } as unknown as Event,
  ])("$type gives no frame (D2)", (event) => {
    expect(encode(event)).toBeUndefined();
  });
});
