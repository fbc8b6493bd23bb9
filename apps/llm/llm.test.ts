import type { JsonObject } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LlmLab, startLlm } from "./testing/llm-server.ts";

let lab: LlmLab;
beforeAll(async () => {
  lab = await startLlm();
});
afterAll(() => lab[Symbol.asyncDispose]());

const user = (content: string): JsonObject => ({ role: "user", content });
const metadata = { page: 7, tags: ["a"] };
const SUM = { data: { messages: [user("What is 12 * (3 + 4)?")], metadata } };
const ANSWER = {
  role: "assistant",
  content: "12 * (3 + 4) = 84.",
  modelId: "offline.llm",
  stopReason: "end_turn",
  usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
};

describe("the LLM gateway, from the wire to the emulated Bedrock and back (seed 002)", () => {
  test("llm/stream: start, chunks, done; each repeats the metadata", async () => {
    const frames = await lab.converse({ action: "llm/stream", requestId: "r1", ...SUM }, "done", "error");
    const streamId = frames[0]!["streamId"];
    expect(frames[0]).toEqual({ type: "start", streamId, offset: "1-0", requestId: "r1" });
    const chunks = frames.slice(1, -1);
    for (const chunk of chunks) {
      const { data, offset } = chunk as { data: JsonObject; offset: string };
      expect(chunk).toEqual({
        type: "chunk",
        data: { content: data["content"] },
        metadata,
        streamId,
        offset,
        requestId: "r1",
      });
    }
    expect(chunks.map(({ data }) => (data as JsonObject)["content"]).join("")).toBe(ANSWER.content);
    const last = frames.at(-1)!;
    expect(last).toEqual({ type: "done", data: ANSWER, metadata, streamId, offset: last["offset"], requestId: "r1" });
    expect((last["data"] as typeof ANSWER).usage.outputTokens).toBeGreaterThan(0);
  });

  test("llm/chat: start, then one response", async () => {
    const frames = await lab.converse({ action: "llm/chat", ...SUM }, "response", "error");
    expect(frames.map(({ type }) => type)).toEqual(["start", "response"]);
    expect(frames[1]).toMatchObject({ data: ANSWER, metadata });
  });

  test("without metadata no frame has any", async () => {
    const frames = await lab.converse({ action: "llm/chat", data: { messages: [user("1 + 1")] } }, "response", "error");
    for (const frame of frames) expect(frame).not.toHaveProperty("metadata");
  });

  test("REST: one response object; SSE: the same frames as on the WebSocket", async () => {
    const response = await lab.post("llm/chat", SUM);
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({ type: "response", data: ANSWER, metadata }),
    ]);
    const events = await (await lab.post("llm/stream", SUM, { Accept: "text/event-stream" })).text();
    const types = Array.from(
      events.matchAll(/^data: (.*)$/gm),
      ([, json]) => (JSON.parse(json!) as JsonObject)["type"],
    );
    expect([types[0], types.at(-1)]).toEqual(["start", "done"]);
    expect(types.slice(1, -1).every((type) => type === "chunk")).toBe(true);
  });

  test("a request chooses its model among those that are allowed", async () => {
    const messages = [user("Hello there, who are you?")];
    const brief = await lab.converse(
      { action: "llm/chat", data: { messages, modelId: "offline.llm-brief" } },
      "response",
      "error",
    );
    const whole = await lab.converse({ action: "llm/chat", data: { messages } }, "response", "error");
    const [short, long] = [brief, whole].map((frames) => frames.at(-1)!["data"] as typeof ANSWER);
    expect([short!.modelId, long!.modelId]).toEqual(["offline.llm-brief", "offline.llm"]);
    expect(long!.content.startsWith(short!.content)).toBe(true);
    expect(long!.content.length).toBeGreaterThan(short!.content.length);
  });

  test("system prompt and history reach the model, neighbours of one role as one turn", async () => {
    const messages = [
      user("My name is Ada."),
      user("I like rain."),
      { role: "assistant", content: "Noted." },
      user("Who am I?"),
    ];
    await lab.post("llm/chat", { data: { messages, systemPrompt: "Be kind." } });
    const body = lab.calls.at(-1)!.body as { system: JsonObject[]; messages: JsonObject[] };
    expect(body.system).toEqual([{ text: "Be kind." }]);
    expect(body.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  });

  test("law 9: the name that an authorizer tells reaches the model", async () => {
    await using known = await startLlm(() => ({ id: "u1", claims: { name: "Grace" } }));
    const answer = await known.post("llm/chat", { data: { messages: [user("What is my name?")] } });
    expect(await answer.json()).toMatchObject({ data: { content: "Your name is Grace." } });
  });
});

describe("bad input (law 11): the documented error, nothing stored, nothing sent upstream", () => {
  test.each<[string, unknown]>([
    ["no data", {}],
    ["no messages", { data: { messages: [] } }],
    ["an endless history", { data: { messages: Array.from({ length: 201 }, () => user("x")) } }],
    ["a history that is too long", { data: { messages: [user("x".repeat(250_000)), user("x".repeat(250_000))] } }],
    ["a role that is none", { data: { messages: [{ role: "system", content: "x" }] } }],
    ["content that is no text", { data: { messages: [{ role: "user", content: 7 }] } }],
    ["a last turn of the assistant", { data: { messages: [user("x"), { role: "assistant", content: "y" }] } }],
    ["a blank last turn", { data: { messages: [user(" ")] } }],
    ["metadata that is no object", { data: { messages: [user("x")], metadata: "m" } }],
    ["endless metadata", { data: { messages: [user("x")], metadata: { m: "x".repeat(5000) } } }],
  ])("%s", async (_title, body) => {
    const before = lab.calls.length;
    const session = { "Sluice-Session": crypto.randomUUID() };
    const response = await lab.post("llm/chat", body, session);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ type: "error", error: { code: "bad_request", message: expect.any(String) } }),
    ]);
    const streams = await fetch(`${lab.server.url}/llm/streams`, { headers: session });
    expect(await streams.json()).toEqual({ items: [] });
    expect(lab.calls.length).toBe(before);
  });

  test("a model that is not allowed: the error names those that are, and repeats the metadata", async () => {
    const data = { messages: [user("x")], modelId: "gpt", metadata };
    const [frame] = await lab.converse({ action: "llm/stream", data }, "error");
    expect(frame).toEqual({
      type: "error",
      error: { code: "bad_request", message: "data.modelId: must be one of offline.llm, offline.llm-brief" },
      metadata,
    });
  });

  test("metadata that is too long to be repeated is left out of its error", async () => {
    const data = { messages: [user("x")], metadata: { m: "x".repeat(5000) } };
    const [frame] = await lab.converse({ action: "llm/stream", data }, "error");
    const message = "data.metadata: must hold 4000 characters at most";
    expect(frame).toEqual({ type: "error", error: { code: "bad_request", message } });
  });

  test("$default: an unknown action", async () => {
    const [frame] = await lab.converse({ action: "llm/paint", data: { metadata } }, "error");
    expect(frame).toEqual({ type: "error", error: { code: "unknown_action", message: expect.any(String) }, metadata });
  });
});
