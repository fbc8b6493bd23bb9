import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModel } from "ai";
import { describe, expect, onTestFinished, test } from "vitest";
import { type OpenAiEndpoint, type OpenAiModel, startOpenAiEndpoint } from "../testing/openai-endpoint.ts";
import { ManualClock } from "../../test/support/bedrock.ts";
import type { ModelMessage, Source, ToolSpec } from "../source.ts";
import { question, readAnswer, readText } from "../testing/conformance/source/case.ts";
import { aiSdk } from "./ai-sdk.ts";

const ADD: ToolSpec = { name: "add", description: "Adds numbers.", inputSchema: { type: "object", properties: {} } };

async function start(model: OpenAiModel): Promise<{ endpoint: OpenAiEndpoint; source: Source }> {
  const endpoint = await startOpenAiEndpoint(model);
  onTestFinished(() => endpoint.close());
  const models = createOpenAICompatible({ name: "test", baseURL: endpoint.url, includeUsage: true });
  return { endpoint, source: aiSdk({ model: models("small"), models, clock: new ManualClock() }) };
}

/** A model of one's own; what it does after these parts is up to `end`. */
function ownModel(
  parts: readonly unknown[],
  end: (controller: ReadableStreamDefaultController) => void,
): LanguageModel {
  const start = (controller: ReadableStreamDefaultController): void => {
    for (const part of [{ type: "stream-start", warnings: [] }, { type: "text-start", id: "1" }, ...parts]) {
      controller.enqueue(part);
    }
    end(controller);
  };
  return {
    specificationVersion: "v4",
    provider: "test",
    modelId: "own",
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("not used")),
    doStream: async () => ({ stream: new ReadableStream({ start }) }),
  } as LanguageModel;
}

const A = { type: "text-delta", id: "1", delta: "A" };

/** A model that ends only when it likes, whatever its signal says. */
function deafModel(): LanguageModel {
  return ownModel([A], () => {});
}

describe("the ai-sdk source", () => {
  test("M1: the request's fields reach the model", async () => {
    const { endpoint, source } = await start(() => [{ toolUse: { id: "t1", name: "add", input: {} } }]);
    const fields = { system: "Be kind.", maxTokens: 100, temperature: 0.5, tools: [ADD], toolChoice: "any" as const };
    expect((await readAnswer(source.stream(question(fields)))).error).toBeUndefined();
    expect(endpoint.calls[0]?.body).toMatchObject({
      model: "small",
      messages: [
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hello" },
      ],
      max_tokens: 100,
      temperature: 0.5,
      tools: [
        { type: "function", function: { name: "add", description: "Adds numbers.", parameters: ADD.inputSchema } },
      ],
      tool_choice: "required",
    });
  });

  test("M8: images, tool calls and their results reach the model", async () => {
    const { endpoint, source } = await start(() => [{ toolUse: { id: "t3", name: "add", input: {} } }]);
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const messages: ModelMessage[] = [
      {
        role: "user",
        content: [
          { type: "text", text: "What?" },
          { type: "image", mediaType: "image/png", bytes },
        ],
      },
      { role: "assistant", content: [{ type: "tool-call", id: "t1", name: "add", input: { a: 1 } }] },
      {
        role: "user",
        content: [
          { type: "tool-result", id: "t1", output: { sum: 5 } },
          { type: "text", text: "So?" },
        ],
      },
      { role: "assistant", content: [{ type: "tool-call", id: "t2", name: "add", input: {} }] },
      { role: "user", content: [{ type: "tool-result", id: "t2", error: "It broke." }] },
    ];
    const { error } = await readAnswer(
      source.stream(question({ messages, tools: [ADD], toolChoice: { name: "add" } })),
    );
    expect(error).toBeUndefined();
    const url = `data:image/png;base64,${Buffer.from(bytes).toString("base64")}`;
    expect(endpoint.calls[0]?.body).toMatchObject({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What?" },
            { type: "image_url", image_url: { url } },
          ],
        },
        { role: "assistant", tool_calls: [{ id: "t1", function: { name: "add", arguments: '{"a":1}' } }] },
        { role: "tool", tool_call_id: "t1", content: '{"sum":5}' },
        { role: "user", content: "So?" },
        { role: "assistant", tool_calls: [{ id: "t2" }] },
        { role: "tool", tool_call_id: "t2", content: "It broke." },
      ],
      tool_choice: { type: "function", function: { name: "add" } },
    });
  });

  test("M1: the request may name another model of the provider", async () => {
    const { endpoint, source } = await start(({ model }) => `I am ${String(model)}.`);
    expect((await readAnswer(source.stream(question({ modelId: "large" })))).answer).toMatchObject({
      text: "I am large.",
      modelId: "large",
    });
    expect(endpoint.calls[0]?.body["model"]).toBe("large");
  });

  test("M8: another model is bad_request where there is none", async () => {
    const source = aiSdk({ model: deafModel() });
    const { error } = await readAnswer(source.stream(question({ modelId: "large" })));
    expect(error).toMatchObject({ code: "bad_request", message: 'There is no model "large".' });
  });

  test.each([
    ["length", "max_tokens"],
    ["content_filter", "content_filtered"],
    ["stop", "end_turn"],
    ["something_new", "something_new"],
  ])("M1: the finish reason %s is %s", async (finish, stopReason) => {
    const { source } = await start(() => [{ text: "A" }, { finish }]);
    expect((await readAnswer(source.stream(question()))).answer).toMatchObject({ text: "A", stopReason });
  });

  test("M9: a tool's input that the token limit cut is no event; otherwise it is upstream_error", async () => {
    const toolUse = { id: "t1", name: "add", raw: '{"a": 1, "b' };
    const cut = await start(() => [{ toolUse }, { finish: "length" }]);
    const reading = await readAnswer(cut.source.stream(question({ tools: [ADD] })));
    expect(reading.events.map(({ type }) => type)).toEqual(["usage"]);
    expect(reading.answer).toMatchObject({ stopReason: "max_tokens" });
    const wrong = await start(() => [{ toolUse }]);
    expect((await readAnswer(wrong.source.stream(question({ tools: [ADD] })))).error).toMatchObject({
      code: "upstream_error",
      message: 'The model called "add" with an input that is not JSON.',
    });
  });

  test.each(["other", "interrupted"])(
    "M2: %s without a reason of the provider's own is no end mark",
    async (unified) => {
      const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
      const finish = { type: "finish", finishReason: { unified, raw: undefined }, usage };
      const source = aiSdk({ model: ownModel([A, finish], (controller) => controller.close()) });
      const { text, error, answer } = await readAnswer(source.stream(question()));
      expect({ text, answer }).toEqual({ text: "A", answer: undefined });
      expect(error).toMatchObject({ code: "upstream_truncated" });
    },
  );

  test("M2: a stream without a finish part is upstream_truncated", async () => {
    const source = aiSdk({ model: ownModel([A], (controller) => controller.close()) });
    const { text, error } = await readAnswer(source.stream(question()));
    expect(text).toBe("A");
    expect(error).toMatchObject({ code: "upstream_truncated" });
  });

  test("M7: a model that does not call the tool that it must call is upstream_error", async () => {
    const { endpoint, source } = await start(() => "No.");
    const { error } = await readAnswer(source.stream(question({ tools: [ADD], toolChoice: { name: "add" } })));
    expect(error).toMatchObject({ message: "The model did not call the tool that it had to call." });
    expect(endpoint.calls).toHaveLength(1);
  });

  test("M7: an error inside the stream is told in the provider's words", async () => {
    const { source } = await start(() => [
      { text: "A" },
      { error: { message: "Out of memory.", type: "server_error" } },
    ]);
    const { error } = await readAnswer(source.stream(question()));
    expect(error).toMatchObject({ code: "upstream_error", message: "Out of memory." });
  });

  test("M5: once something was yielded it does not try again", async () => {
    const { endpoint, source } = await start(() => [{ text: "A" }, { error: { message: "Slow down.", code: 429 } }]);
    const { text, error } = await readAnswer(source.stream(question()));
    expect(text).toBe("A");
    expect(error).toMatchObject({ code: "upstream_throttled", message: "Slow down." });
    expect(endpoint.calls).toHaveLength(1);
  });

  test.each([
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after-ms": "1500" }, 1500],
  ])("M7: %j is told to the client, who comes back then", async (headers, retryAfterMs) => {
    const { endpoint, source } = await start(() => ({ status: 429, message: "Slow down.", headers }));
    const { error } = await readAnswer(source.stream(question()));
    expect(error).toMatchObject({ code: "upstream_throttled", message: "Slow down.", retryAfterMs });
    expect(endpoint.calls).toHaveLength(1);
  });

  test.each([
    [500, "upstream_error", "Said the model.", 3],
    [404, "upstream_error", "Said the model.", 1],
    [401, "upstream_error", "This server has no credentials that the model provider accepts.", 1],
    [400, "bad_request", "Said the model.", 1],
    [413, "bad_request", "Said the model.", 1],
  ] as const)("M7: status %i is %s", async (status, code, message, attempts) => {
    const { endpoint, source } = await start(() => ({ status, message: "Said the model." }));
    expect((await readAnswer(source.stream(question()))).error).toMatchObject({ name: "SluiceError", code, message });
    expect(endpoint.calls).toHaveLength(attempts);
  });

  test("M7: a model that can't be reached is upstream_error, without its address", async () => {
    const { endpoint, source } = await start(() => "A");
    await endpoint.close();
    const { error } = await readAnswer(source.stream(question()));
    expect(error).toMatchObject({ code: "upstream_error", message: "The model could not be reached." });
  });

  test("M6: an abort ends the answer even of a model that does not heed it", async () => {
    const controller = new AbortController();
    const stream = aiSdk({ model: deafModel() }).stream(question({ signal: controller.signal }));
    await readText(stream);
    const rest = readAnswer(stream);
    controller.abort(new Error("cancelled"));
    expect((await rest).error).toBe(controller.signal.reason);
  });

  test("M6: an abort ends the answer even of a model that never begins one", async () => {
    const asked = Promise.withResolvers<void>();
    const model = { ...(deafModel() as object), doStream: () => (asked.resolve(), new Promise(() => {})) };
    const controller = new AbortController();
    const reading = readAnswer(
      aiSdk({ model: model as unknown as LanguageModel }).stream(question({ signal: controller.signal })),
    );
    await asked.promise;
    controller.abort(new Error("cancelled"));
    expect((await reading).error).toBe(controller.signal.reason);
  });

  test("M4: a model that never says anything is a timeout", async () => {
    const endpoint = await startOpenAiEndpoint(() => [{ fault: "stall" }]);
    onTestFinished(() => endpoint.close());
    const clock = new ManualClock();
    const models = createOpenAICompatible({ name: "test", baseURL: endpoint.url });
    const source = aiSdk({ model: models("small"), clock, inactivityMs: 5000 });
    const call = endpoint.nextCall();
    const reading = readAnswer(source.stream(question()));
    const { ended } = await call;
    // The headers and the opening chunk may still be on their way: each one ends a silence.
    const ticking = setInterval(() => clock.advance(5000), 5);
    onTestFinished(() => clearInterval(ticking));
    expect((await reading).error).toMatchObject({ code: "timeout", message: "The model sent nothing for 5 s." });
    expect(await ended).toBe("aborted");
    expect(clock.pending).toBe(0);
  });
});
