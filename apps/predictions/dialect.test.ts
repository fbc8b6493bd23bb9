import { type Event, SluiceError, type StartEvent, status, textDelta } from "sluice";
import { describe, expect, test } from "vitest";
import { predictionsDialect } from "./dialect.ts";

const START: StartEvent = { type: "start", route: "makecall" };

function encode(event: Event): string | undefined {
  const frame = predictionsDialect.encode(START, event, 0);
  return frame === undefined ? undefined : JSON.stringify(frame);
}

describe("the wire of predictions (seed 004, DESIGN section 4)", () => {
  test("status, text and tool", () => {
    expect(encode(status("Processing..."))).toBe('{"type":"status","message":"Processing..."}');
    expect(encode(textDelta("I'll"))).toBe('{"type":"text","content":"I\'ll"}');
    expect(encode({ type: "tool-call", id: "1", name: "current_time", input: { timezone: "UTC" } })).toBe(
      '{"type":"tool","name":"current_time","input":{"timezone":"UTC"}}',
    );
  });

  test("the end carries the prediction as a JSON string; REST has it among the results", () => {
    const event = { type: "complete", text: "Now", result: { initial_status: "pending" } } as const;
    expect(encode(event)).toBe('{"type":"complete","content":"{\\"initial_status\\":\\"pending\\"}"}');
    expect(predictionsDialect.answer!(START, event)).toEqual({ results: [{ initial_status: "pending" }] });
  });

  test("D4: an error has the same form as an answer and in a stream", () => {
    const wire = { type: "error", message: "gone", code: "upstream_error" };
    expect(encode({ type: "error", code: "upstream_error", message: "gone", retryable: true })).toBe(
      JSON.stringify(wire),
    );
    expect(predictionsDialect.error(new SluiceError("upstream_error", "gone"))).toEqual(wire);
  });

  test.each<Event>([
    { type: "usage", inputTokens: 1, outputTokens: 2 },
    { type: "tool-result", id: "1", output: {} },
    { type: "message", role: "assistant", content: "x" },
    { type: "reasoning-delta", text: "hm" },
  ])("D2: $type gives no frame", (event) => expect(encode(event)).toBeUndefined());
});
