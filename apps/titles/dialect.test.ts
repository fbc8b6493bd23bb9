import { type Event, type StartEvent, SluiceError, status, textDelta } from "sluice";
import { describe, expect, test } from "vitest";
import { titlesDialect } from "./dialect.ts";

const START: StartEvent = { type: "start", route: "stream", echo: { sessionId: "project-1" } };

function encode(event: Event): string | undefined {
  const frame = titlesDialect.encode(START, event, 1_700_000_000_000);
  return frame === undefined ? undefined : JSON.stringify(frame);
}

describe("the wire of titles (DESIGN section 4)", () => {
  test("law 2: what each frame must repeat is the project's id, as sessionId", () => {
    expect(titlesDialect.echo?.({ projectId: "project-1", userInput: "x" }, "stream")).toEqual({
      sessionId: "project-1",
    });
  });

  test("a status is a progress in per cent, with its stage", () => {
    expect(encode(status("Analyzing prompt cards...", 0.1))).toBe(
      '{"type":"progress","step":"Analyzing prompt cards...","progress":10}',
    );
    expect(encode(status("Finalizing titles...", 1, "finalizing"))).toBe(
      '{"type":"progress","step":"Finalizing titles...","progress":100,"stage":"finalizing"}',
    );
    expect(encode(status("a third", 0.29))).toContain('"progress":29');
  });

  test("a status without a progress gives no frame, since a page would show it as undefined", () => {
    expect(encode(status("Thinking"))).toBeUndefined();
  });

  test("text is a stream_chunk", () => {
    expect(encode(textDelta("1. Salt"))).toBe('{"type":"stream_chunk","content":"1. Salt","sessionId":"project-1"}');
  });

  test("the end is a stream_complete with the whole text and the titles", () => {
    expect(encode({ type: "complete", text: "1. Salt", result: { titles: ["Salt"] } })).toBe(
      '{"type":"stream_complete","fullContent":"1. Salt","sessionId":"project-1","titles":["Salt"]}',
    );
  });

  test("an error has its code and message, and the same form as an answer as in a stream (D4)", () => {
    const frame = '{"type":"error","code":"upstream_truncated","message":"cut"}';
    expect(encode({ type: "error", code: "upstream_truncated", message: "cut", retryable: true })).toBe(frame);
    expect(JSON.stringify(titlesDialect.error(new SluiceError("upstream_truncated", "cut")))).toBe(frame);
    expect(titlesDialect.error(new SluiceError("rate_limited", "slow down", { retryAfterMs: 500 }))).toEqual({
      type: "error",
      code: "rate_limited",
      message: "slow down",
      retryAfterMs: 500,
    });
  });

  test.each<Event>([
    { type: "usage", inputTokens: 1, outputTokens: 2 },
    { type: "reasoning-delta", text: "hm" },
    { type: "message", role: "assistant", content: "hm" },
    { type: "data", name: "x", value: 1 },
    { type: "from-a-later-release" } as unknown as Event,
  ])("$type gives no frame (D2)", (event) => {
    expect(encode(event)).toBeUndefined();
  });
});
