import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import { expect, test } from "vitest";
import { AnswerReader } from "./answer-reader.ts";

const text = (fragment: string): ConverseStreamOutput => ({
  contentBlockDelta: { contentBlockIndex: 0, delta: { text: fragment } },
});
const brokenTool: readonly ConverseStreamOutput[] = [
  { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: "t", name: "add" } } } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: '{"a":' } } } },
  { contentBlockStop: { contentBlockIndex: 0 } },
];

test("M1: an empty delta is no event", () => {
  const reader = new AnswerReader();
  expect(reader.take(text(""))).toBeUndefined();
  expect(reader.take(text("Hi"))).toEqual({ type: "text-delta", text: "Hi" });
  expect(reader.answer("m").text).toBe("Hi");
});

test("M2: an answer is complete with its messageStop, not before", () => {
  const reader = new AnswerReader();
  reader.take({ messageStart: { role: "assistant" } });
  reader.take(text("Hi"));
  reader.take({ contentBlockStop: { contentBlockIndex: 0 } });
  expect(reader.complete).toBe(false);
  reader.take({ messageStop: { stopReason: "end_turn" } });
  expect(reader.complete).toBe(true);
});

test("M7: a tool's input that is no JSON is upstream_error", () => {
  const reader = new AnswerReader();
  for (const chunk of brokenTool) expect(reader.take(chunk)).toBeUndefined();
  expect(() => reader.take({ messageStop: { stopReason: "tool_use" } })).toThrow(
    expect.objectContaining({ code: "upstream_error" }),
  );
});

test("M1: a tool without input is called with an empty one; what is not known gives no event", () => {
  const reader = new AnswerReader();
  reader.take(brokenTool[0]!);
  expect(reader.take(brokenTool[2]!)).toEqual({ type: "tool-call", id: "t", name: "add", input: {} });
  expect(reader.take({ $unknown: ["somethingNew", {}] })).toBeUndefined();
});
