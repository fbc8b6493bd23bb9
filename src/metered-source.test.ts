import { describe, expect, it } from "vitest";
import { meteredSource } from "./metered-source.ts";
import type { ProgressEvent } from "./protocol/events.ts";
import type { ModelAnswer, ModelRequest, Source } from "./source.ts";

const signal = new AbortController().signal;
const text = (content: string): ProgressEvent => ({ type: "text-delta", text: content });
const usage = (inputTokens: number, outputTokens: number): ProgressEvent => ({
  type: "usage",
  inputTokens,
  outputTokens,
});
const TOO_LARGE = expect.objectContaining({ code: "payload_too_large", retryable: false });

/** Plays the same steps for each call; keeps the requests. */
function playing(
  steps: readonly (ProgressEvent | readonly ProgressEvent[])[],
  answer: Partial<ModelAnswer> = {},
): { source: Source; requests: ModelRequest[]; closed: () => number } {
  const requests: ModelRequest[] = [];
  let closed = 0;
  const source: Source = {
    modelId: "played",
    async *stream(request) {
      requests.push(request);
      try {
        yield* steps;
        return { text: "", modelId: "played", stopReason: "end_turn", ...answer };
      } finally {
        closed += 1;
      }
    },
  };
  return { source, requests, closed: () => closed };
}

async function ask(source: Source, more: Partial<ModelRequest> = {}): Promise<ProgressEvent[]> {
  const events: ProgressEvent[] = [];
  const steps = source.stream({ messages: [{ role: "user", content: "12345678" }], signal, ...more });
  for await (const step of steps) events.push(...[step].flat());
  return events;
}

describe("DESIGN section 3, maxTokens: a source with a ceiling", () => {
  it("keeps a smaller maxTokens of the request, and names none where more is left than any model may refuse", async () => {
    const { source, requests } = playing([usage(1, 1)]);
    const metered = meteredSource(source, 10_000);
    await ask(metered, { maxTokens: 50 });
    await ask(metered);
    expect(requests.map(({ maxTokens }) => maxTokens)).toEqual([50, undefined]);
  });

  it("gives what is left after what was asked: two tokens for eight bytes", async () => {
    const { source, requests } = playing([usage(60, 30)]);
    const metered = meteredSource(source, 100);
    await ask(metered);
    await ask(metered);
    expect(requests.map(({ maxTokens }) => maxTokens)).toEqual([98, 8]);
  });

  it("refuses a request whose own text is above the ceiling before it goes upstream", async () => {
    const { source, requests } = playing([text("x")]);
    const messages = [{ role: "user", content: "x".repeat(400) }] as const;
    await expect(ask(meteredSource(source, 100), { messages })).rejects.toEqual(TOO_LARGE);
    expect(requests).toHaveLength(0);
  });

  it("a refused request takes nothing from the ceiling", async () => {
    const { source, requests } = playing([usage(1, 1)]);
    const metered = meteredSource(source, 100);
    await expect(ask(metered, { system: "x".repeat(400) })).rejects.toEqual(TOO_LARGE);
    await ask(metered);
    expect(requests[0]!.maxTokens).toBe(98);
  });

  it("yields what passes the ceiling and then stops the call, whose source is closed by then (M3)", async () => {
    const { source, closed } = playing([text("x".repeat(40)), text("y".repeat(40)), text("never")]);
    const steps = meteredSource(source, 20).stream({ messages: [{ role: "user", content: "12345678" }], signal });
    expect((await steps.next()).value).toEqual(text("x".repeat(40)));
    expect((await steps.next()).value).toEqual(text("y".repeat(40)));
    await expect(steps.next()).rejects.toEqual(TOO_LARGE);
    expect(closed()).toBe(1);
  });

  it("counts reasoning and the input of tools, and events that come together", async () => {
    const reasoning: ProgressEvent = { type: "reasoning-delta", text: "x".repeat(40) };
    const tool: ProgressEvent = { type: "tool-call", id: "t", name: "look", input: "x".repeat(38) };
    await expect(ask(meteredSource(playing([[reasoning, tool]]).source, 21))).rejects.toEqual(TOO_LARGE);
    expect(await ask(meteredSource(playing([[reasoning, tool]]).source, 22))).toHaveLength(2);
  });

  it("a whole answer whose usage passes the ceiling is kept, and the next call refused", async () => {
    const { source, requests } = playing([text("whole"), usage(90, 30)]);
    const metered = meteredSource(source, 100);
    expect(await ask(metered)).toEqual([text("whole"), usage(90, 30)]);
    await expect(ask(metered)).rejects.toEqual(TOO_LARGE);
    expect(requests).toHaveLength(1);
  });

  it("an answer that the ceiling cut off at the provider is no success; one cut by its own maxTokens is", async () => {
    const cut = { stopReason: "max_tokens" };
    await expect(ask(meteredSource(playing([text("half")], cut).source, 100))).rejects.toEqual(TOO_LARGE);
    expect(await ask(meteredSource(playing([text("half")], cut).source, 100), { maxTokens: 5 })).toHaveLength(1);
  });

  it("a call that ends without telling its usage counts with the answer's, else with its estimate", async () => {
    const told = playing([text("x".repeat(40))], { usage: { inputTokens: 20, outputTokens: 20 } });
    const silent = playing([text("x".repeat(40))]);
    for (const { source, requests, left } of [
      { ...told, left: 58 },
      { ...silent, left: 86 },
    ]) {
      const metered = meteredSource(source, 100);
      await ask(metered);
      await ask(metered);
      expect(requests[1]!.maxTokens).toBe(left);
    }
  });
});
