import type { JsonObject } from "sluice";
import type { StandInRequest } from "sluice/emulator/bedrock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Prediction } from "./prediction.ts";
import { Conversation } from "./testing/conversation.ts";
import { type PredictionsServer, startPredictions } from "./testing/predictions-server.ts";
import { A_PREDICTION } from "./testing/a-prediction.ts";

const PROMPT = "The S&P 500 will reach 6000 points by March 2025";
let server: PredictionsServer;
beforeAll(async () => {
  server = await startPredictions();
});
afterAll(() => server[Symbol.asyncDispose]());

async function converse(message: object, on: PredictionsServer = server): Promise<JsonObject[]> {
  const conversation = new Conversation(on.url);
  conversation.send({ action: "makecall", ...message });
  await conversation.until("complete", "error", "cancelled");
  conversation.close();
  return conversation.frames;
}

function post(body: unknown, headers: Record<string, string> = {}, on: PredictionsServer = server): Promise<Response> {
  return fetch(`${on.url}/predictions/makecall`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** Adjacent texts as one, and without what the core adds. */
function told(frames: readonly JsonObject[]): JsonObject[] {
  const all: JsonObject[] = [];
  for (const { streamId: _id, offset: _offset, requestId: _request, ...frame } of frames) {
    const last = all.at(-1);
    if (frame["type"] === "text" && last?.["type"] === "text") {
      all[all.length - 1] = { type: "text", content: `${String(last["content"])}${String(frame["content"])}` };
    } else all.push(frame);
  }
  return all;
}

const EXCHANGE = [
  { type: "start" },
  { type: "status", message: "Processing your prediction with AI agent..." },
  { type: "text", content: expect.stringContaining("I'll analyze this prediction") },
  { type: "tool", name: "current_time", input: { timezone: "Europe/Berlin" } },
  { type: "text", content: expect.stringContaining("by March 2025") },
  {
    type: "tool",
    name: "parse_date_with_timezone",
    input: { date_string: "by March 2025", timezone: "Europe/Berlin" },
  },
  { type: "text", content: expect.stringMatching(/```json\n\{[\s\S]*\n\}\n```\n$/) },
  { type: "complete", content: expect.any(String) },
];

describe("predictions, from the wire to the emulated Bedrock and back (seed 004)", () => {
  test("WebSocket: status, text and tools as they happen, then the prediction as a JSON string", async () => {
    const frames = await converse({ prompt: PROMPT, timezone: "Europe/Berlin" });
    expect(told(frames)).toEqual(EXCHANGE);
    expect(frames.map(({ offset }) => offset)).toEqual([...new Set(frames.map(({ offset }) => offset))]);
    const prediction = JSON.parse(String(frames.at(-1)!["content"])) as Prediction;
    expect(prediction).toEqual({
      prediction_statement: PROMPT,
      verification_date: "2025-03-31T21:59:59Z",
      date_reasoning: expect.stringContaining("“by March 2025”"),
      verification_method: {
        source: expect.arrayContaining([expect.stringContaining("The S&P 500")]),
        criteria: expect.arrayContaining([expect.stringContaining("6000 points")]),
        steps: expect.any(Array),
      },
      initial_status: "pending",
    });
  });

  test("without a time zone UTC counts, as in the seed's example", async () => {
    const frames = await converse({ prompt: PROMPT });
    expect(JSON.parse(String(frames.at(-1)!["content"]))).toMatchObject({ verification_date: "2025-03-31T23:59:59Z" });
  });

  test("SSE: the same frames, each under its offset", async () => {
    const response = await post({ prompt: PROMPT, timezone: "Europe/Berlin" }, { Accept: "text/event-stream" });
    const blocks = (await response.text()).split("\n\n").filter((block) => block.includes("data: "));
    const frames = blocks.map((block) => JSON.parse(/^data: (.*)$/m.exec(block)![1]!) as JsonObject);
    expect(told(frames)).toEqual(EXCHANGE);
    expect(blocks.map((block) => /^id: (.*)$/m.exec(block)![1])).toEqual(frames.map(({ offset }) => offset));
  });

  test("REST: the prediction alone among the results", async () => {
    const response = await post({ prompt: PROMPT });
    expect(response.status).toBe(200);
    const body = (await response.json()) as { results: Prediction[] };
    expect(body.results).toHaveLength(1);
    expect(body.results[0]).toMatchObject({ prediction_statement: PROMPT, initial_status: "pending" });
  });

  test("an impossible date is refused by the tool, and the agent takes another and says so", async () => {
    const frames = told(await converse({ prompt: "Rome will have snow by February 30" }));
    const tools = frames.filter(({ type }) => type === "tool").map(({ input }) => input);
    expect(tools.slice(1)).toMatchObject([
      { date_string: "by February 30" },
      { date_string: "by the end of this year" },
    ]);
    const prediction = JSON.parse(String(frames.at(-1)!["content"])) as Prediction;
    expect(prediction.verification_date).toBe("2025-12-31T23:59:59Z");
    expect(prediction.date_reasoning).toContain("There is no February 30");
  });

  test.each([
    ["I think that it will rain in Paris tomorrow.", "It will rain in Paris tomorrow", "2025-01-16T23:59:59Z"],
    ["Bitcoin hits 200k before the end of next year", undefined, "2026-12-31T23:59:59Z"],
    ["Team Blue wins within 3 weeks", undefined, "2025-02-05T23:59:59Z"],
    ["SpaceX may launch a rocket to Mars", undefined, "2025-12-31T23:59:59Z"],
    ["The rocket will launch on 5 July 2025 at 3pm", undefined, "2025-07-05T15:00:00Z"],
  ])("%s", async (prompt, statement, date) => {
    const { results } = (await (await post({ prompt })).json()) as { results: Prediction[] };
    expect(results[0]).toMatchObject({ prediction_statement: statement ?? prompt, verification_date: date });
  });
});

describe("a prediction that does not fit", () => {
  /** Says these, one message a call. */
  const saying =
    (...texts: readonly string[]) =>
    ({ messages }: StandInRequest) =>
      texts[messages.filter(({ role }) => role === "assistant").length] ?? texts.at(-1)!;

  test("is corrected once: the model hears the reasons", async () => {
    const bad = { ...A_PREDICTION, verification_date: "2025-02-30", initial_status: "true" };
    await using other = await startPredictions({ standIn: saying(JSON.stringify(bad), JSON.stringify(A_PREDICTION)) });
    const frames = told(await converse({ prompt: "It rains" }, other));
    expect(JSON.parse(String(frames.at(-1)!["content"]))).toEqual(A_PREDICTION);
    const asked = JSON.stringify(other.emulator.calls.at(-1)!.body);
    expect(asked).toContain("verification_date: must be ISO 8601");
    expect(asked).toContain("initial_status");
    expect(other.emulator.calls).toHaveLength(2);
  });

  test("ends with upstream_error and the reasons where the correction does not fit either", async () => {
    await using other = await startPredictions({ standIn: saying("I would rather not.") });
    const frames = await converse({ prompt: "It rains" }, other);
    expect(frames.at(-1)).toMatchObject({
      type: "error",
      code: "upstream_error",
      message: expect.stringContaining("holds no JSON object"),
    });
    expect(other.emulator.calls).toHaveLength(2);
    const response = await post({ prompt: "It rains" }, {}, other);
    expect(response.status).toBe(502);
  });

  test("law 10: an answer that breaks off is upstream_truncated, and nothing is asked again", async () => {
    await using other = await startPredictions({ standIn: () => [{ text: "Half an ans" }, { fault: "cut" }] });
    const frames = await converse({ prompt: "It rains" }, other);
    expect(frames.at(-1)).toMatchObject({ type: "error", code: "upstream_truncated" });
    expect(other.emulator.calls).toHaveLength(1);
  });
});

describe("law 6: a cancel in the middle of the agent's work", () => {
  test("while the model writes a tool's input: the receipt comes, and the model's request is aborted", async () => {
    const { promise: writing, resolve } = Promise.withResolvers<void>();
    const standIn = function* () {
      yield { text: "Hm" };
      resolve();
      yield { toolUse: { name: "parse_date_with_timezone", input: { date_string: "x".repeat(4000) } } };
    };
    await using slow = await startPredictions({ standIn, pace: { firstTokenMs: 0, tokensPerSecond: 20 } });
    const conversation = new Conversation(slow.url);
    conversation.send({ action: "makecall", requestId: "r", prompt: "It rains tomorrow" });
    await conversation.until("text");
    await writing;
    conversation.send({ action: "cancel", requestId: "r" });
    const receipt = await conversation.until("cancelled", "complete", "error");
    expect(receipt).toMatchObject({ type: "cancelled", requestId: "r", partialLength: "Hm".length });
    expect(await slow.emulator.calls[0]!.ended).toBe("aborted");
    expect(conversation.frames.filter(({ type }) => type === "tool")).toEqual([]);
    conversation.close();
  });

  test("after a tool was called, while the model thinks about its result", async () => {
    const standIn = async ({ messages, signal }: StandInRequest) => {
      if (messages.length === 1) return [{ text: "Hm. " }, { toolUse: { name: "current_time", input: {} } }];
      await new Promise<void>((stop) => signal.addEventListener("abort", () => stop(), { once: true }));
      return "never seen";
    };
    await using other = await startPredictions({ standIn });
    const conversation = new Conversation(other.url);
    conversation.send({ action: "makecall", requestId: "r", prompt: "It rains tomorrow" });
    await conversation.until("tool");
    while (other.emulator.calls.length < 2) await other.emulator.nextCall();
    conversation.send({ action: "cancel", requestId: "r" });
    const receipt = await conversation.until("cancelled", "complete", "error");
    expect(receipt).toMatchObject({ type: "cancelled", partialLength: "Hm. ".length });
    expect(receipt["usage"]).toBeDefined();
    expect(await other.emulator.calls[1]!.ended).toBe("aborted");
    conversation.close();
  });
});

describe("law 11: bad input is refused before anything runs", () => {
  test.each([
    ["no prompt", {}],
    ["an empty prompt", { prompt: "" }],
    ["a blank prompt", { prompt: " \n" }],
    ["a prompt that is no text", { prompt: 1 }],
    ["a prompt of 8,001 characters", { prompt: "x".repeat(8001) }],
    ["an unknown time zone", { prompt: PROMPT, timezone: "Mars/Olympus" }],
    ["an offset for a time zone", { prompt: PROMPT, timezone: "+02:00" }],
    ["an empty time zone", { prompt: PROMPT, timezone: "" }],
  ])("%s", async (_what, message) => {
    const before = server.emulator.calls.length;
    const response = await post(message);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ type: "error", code: "bad_request", message: expect.any(String) });
    expect(server.emulator.calls.length).toBe(before);
  });

  test("on the WebSocket it is an error frame with message and code, and nothing else comes", async () => {
    const frames = await converse({ prompt: PROMPT, timezone: "Mars/Olympus" });
    expect(frames).toEqual([
      { type: "error", code: "bad_request", message: expect.stringContaining("timezone: must be an IANA time zone") },
    ]);
  });
});
