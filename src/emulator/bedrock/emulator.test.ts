import {
  type BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import {
  collect,
  connectedClient,
  PROTOCOLS,
  say,
  startEmulator as start,
  textIn,
} from "../../../test/support/bedrock.ts";
import type { BedrockEmulator, StandInRequest } from "./index.ts";

const TEXT = "Grüße, 世界! 👩‍👩‍👧 A supercalifragilistic answer,\n\n  with white space. ";

describe.each(PROTOCOLS)("the emulator over %s", (protocol) => {
  const clientOf = (emulator: BedrockEmulator): BedrockRuntimeClient => connectedClient(emulator, protocol);

  test("ConverseStream gives the stand-in's text to the letter, in many deltas, and metadata after messageStop", async () => {
    const emulator = await start({ models: { "test.v1:0": () => TEXT } });
    const { stream } = await clientOf(emulator).send(
      new ConverseStreamCommand({ modelId: "test.v1:0", system: [{ text: "Be kind." }], messages: say("Hello") }),
    );
    const chunks = await collect(stream);
    expect(textIn(chunks)).toBe(TEXT);
    const names = chunks.map((chunk) => Object.keys(chunk)[0]);
    const deltas = names.filter((name) => name === "contentBlockDelta");
    expect(deltas.length).toBeGreaterThan(8);
    expect(names).toEqual(["messageStart", ...deltas, "contentBlockStop", "messageStop", "metadata"]);
    expect(chunks.at(-2)?.messageStop?.stopReason).toBe("end_turn");
    const usage = { inputTokens: 4, outputTokens: Math.ceil(TEXT.length / 4) };
    expect(chunks.at(-1)?.metadata?.usage).toMatchObject({ ...usage, totalTokens: 4 + usage.outputTokens });
    const [call] = emulator.calls;
    expect(await call?.ended).toBe("finished");
    expect(call).toMatchObject({
      operation: "ConverseStream",
      modelId: "test.v1:0",
      state: "finished",
      pieces: deltas.length,
    });
    expect(call?.body["system"]).toEqual([{ text: "Be kind." }]);
  });

  test("Converse gives the same answer as one document", async () => {
    const emulator = await start({
      fallback: () => [{ reasoning: "Let me see." }, { text: "It is " }, { text: "four." }],
    });
    const answer = await clientOf(emulator).send(new ConverseCommand({ modelId: "any", messages: say("2 + 2?") }));
    expect(answer.output?.message?.content).toEqual([
      { reasoningContent: { reasoningText: { text: "Let me see." } } },
      { text: "It is four." },
    ]);
    expect(answer.stopReason).toBe("end_turn");
    expect(answer.usage).toMatchObject({ inputTokens: 2, outputTokens: 6, totalTokens: 8 });
  });

  test("an ARN names a model as well, and reaches the stand-in decoded", async () => {
    const modelId = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.test-v1:0";
    const emulator = await start({ fallback: (request) => request.modelId });
    const answer = await clientOf(emulator).send(new ConverseCommand({ modelId, messages: say("Who?") }));
    expect(answer.output?.message?.content).toEqual([{ text: modelId }]);
  });

  const anthropic = {
    anthropic_version: "bedrock-2023-05-31",
    max_tokens: 100,
    system: "Be brief.",
    messages: [{ role: "user", content: "Hello" }],
    tools: [{ name: "add", input_schema: { type: "object" } }],
  };

  test("InvokeModel speaks the Anthropic Messages form", async () => {
    const seen: StandInRequest[] = [];
    const emulator = await start({
      fallback: (request) => {
        seen.push(request);
        return [{ text: "Hi." }, { toolUse: { name: "add", input: { a: 1 }, id: "t1" } }];
      },
    });
    const answer = await clientOf(emulator).send(
      new InvokeModelCommand({ modelId: "m", body: JSON.stringify(anthropic) }),
    );
    expect(answer.contentType).toBe("application/json");
    expect(JSON.parse(answer.body.transformToString())).toMatchObject({
      type: "message",
      role: "assistant",
      content: [
        { type: "text", text: "Hi." },
        { type: "tool_use", id: "t1", name: "add", input: { a: 1 } },
      ],
      stop_reason: "tool_use",
      usage: { output_tokens: 3 },
    });
    expect(seen[0]).toMatchObject({
      system: "Be brief.",
      messages: [{ role: "user", content: [{ text: "Hello" }] }],
      tools: [{ name: "add", inputSchema: { type: "object" } }],
      inferenceConfig: { maxTokens: 100 },
    });
  });

  test("InvokeModelWithResponseStream carries the Anthropic events inside chunks", async () => {
    const emulator = await start({ fallback: () => TEXT });
    const { body } = await clientOf(emulator).send(
      new InvokeModelWithResponseStreamCommand({ modelId: "m", body: JSON.stringify(anthropic) }),
    );
    const events = (await collect(body)).map((part) => JSON.parse(Buffer.from(part.chunk!.bytes!).toString("utf8")));
    const deltas = events.filter(({ type }) => type === "content_block_delta");
    expect(deltas.map(({ delta }) => delta.text).join("")).toBe(TEXT);
    expect(events.filter((event) => !deltas.includes(event)).map(({ type }) => type)).toEqual([
      "message_start",
      "content_block_start",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: "end_turn" } });
  });

  test("a tool is asked for in fragments of JSON, and its result comes back to the stand-in", async () => {
    const seen: StandInRequest[] = [];
    const emulator = await start({
      fallback: (request) => {
        seen.push(request);
        const result = request.messages.at(-1)?.content[0]?.toolResult;
        return result
          ? `The sum is ${result.content[0]?.text}.`
          : [{ toolUse: { name: "add", input: { a: 2, b: 3 } } }];
      },
    });
    const client = clientOf(emulator);
    const toolConfig = { tools: [{ toolSpec: { name: "add", inputSchema: { json: { type: "object" } } } }] };
    const first = await client.send(new ConverseStreamCommand({ modelId: "m", messages: say("2 + 3?"), toolConfig }));
    const chunks = await collect(first.stream);
    const toolUse = chunks.find((chunk) => chunk.contentBlockStart)?.contentBlockStart?.start?.toolUse;
    expect(toolUse?.name).toBe("add");
    const input = chunks.map((chunk) => chunk.contentBlockDelta?.delta?.toolUse?.input ?? "");
    expect(input.filter(Boolean).length).toBeGreaterThan(1);
    expect(JSON.parse(input.join(""))).toEqual({ a: 2, b: 3 });
    expect(chunks.at(-2)?.messageStop?.stopReason).toBe("tool_use");

    const toolUseId = toolUse?.toolUseId;
    const second = await client.send(
      new ConverseStreamCommand({
        modelId: "m",
        toolConfig,
        messages: [
          ...say("2 + 3?")!,
          { role: "assistant", content: [{ toolUse: { toolUseId, name: "add", input: { a: 2, b: 3 } } }] },
          { role: "user", content: [{ toolResult: { toolUseId, content: [{ text: "5" }] } }] },
        ],
      }),
    );
    expect(textIn(await collect(second.stream))).toBe("The sum is 5.");
    expect(seen[0]?.tools).toEqual([{ name: "add", description: "", inputSchema: { type: "object" } }]);
  });

  test("an image reaches the stand-in as bytes", async () => {
    const bytes = new Uint8Array([137, 80, 78, 71]);
    const emulator = await start({
      fallback: ({ messages }) => `${messages[0]?.content[0]?.image?.bytes.byteLength} bytes`,
    });
    const content = [{ image: { format: "png" as const, source: { bytes } } }, { text: "What is it?" }];
    const answer = await clientOf(emulator).send(
      new ConverseCommand({ modelId: "m", messages: [{ role: "user", content }] }),
    );
    expect(answer.output?.message?.content).toEqual([{ text: "4 bytes" }]);
  });

  test("maxTokens cuts the answer at its four characters a token, but no character in two", async () => {
    const emulator = await start({ fallback: () => "A word 👍 and more" });
    const { stream } = await clientOf(emulator).send(
      new ConverseStreamCommand({ modelId: "m", messages: say("Hi"), inferenceConfig: { maxTokens: 2 } }),
    );
    const chunks = await collect(stream);
    expect(textIn(chunks)).toBe("A word ");
    expect(chunks.at(-2)?.messageStop?.stopReason).toBe("max_tokens");
    expect(chunks.at(-1)?.metadata?.usage?.outputTokens).toBe(2);
  });
});
