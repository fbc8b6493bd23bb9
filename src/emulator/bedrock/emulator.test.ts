import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";
import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  type ConverseStreamOutput,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type BedrockEmulator,
  type BedrockEmulatorOptions,
  EmulatedError,
  FLAT_OUT,
  lastUserText,
  type StandInRequest,
  startBedrockEmulator,
} from "./index.ts";

const HANDLERS = [
  ["HTTP/2", () => ({})],
  ["HTTP/1.1", () => ({ requestHandler: new NodeHttpHandler() })],
] as const;

const TEXT = "Grüße, 世界! 👩‍👩‍👧 A supercalifragilistic answer,\n\n  with white space. ";

async function start(options: BedrockEmulatorOptions): Promise<BedrockEmulator> {
  const emulator = await startBedrockEmulator({ pace: FLAT_OUT, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

function say(text: string): ConverseCommandInput["messages"] {
  return [{ role: "user", content: [{ text }] }];
}

async function collect<T>(stream: AsyncIterable<T> | undefined): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return chunks;
}

function textIn(chunks: readonly ConverseStreamOutput[]): string {
  return chunks.map((chunk) => chunk.contentBlockDelta?.delta?.text ?? "").join("");
}

describe.each(HANDLERS)("the emulator over %s", (_name, handler) => {
  function clientOf(emulator: BedrockEmulator): BedrockRuntimeClient {
    const client = new BedrockRuntimeClient({
      endpoint: emulator.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      ...handler(),
    });
    onTestFinished(() => client.destroy());
    return client;
  }

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

  test("a model that is not there, and a request that does not fit, are refused as by Bedrock", async () => {
    const emulator = await start({ models: { known: () => "Hi" } });
    const client = clientOf(emulator);
    const send = (input: Partial<ConverseCommandInput>): Promise<unknown> =>
      client.send(new ConverseStreamCommand({ modelId: "known", messages: say("Hi"), ...input }));
    await expect(send({ modelId: "unknown" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      $metadata: { httpStatusCode: 404 },
    });
    const refused = { name: "ValidationException", $metadata: { httpStatusCode: 400 } };
    await expect(send({ messages: [] })).rejects.toMatchObject(refused);
    await expect(send({ messages: say(" ") })).rejects.toMatchObject(refused);
    await expect(send({ messages: [...say("a")!, ...say("b")!] })).rejects.toMatchObject(refused);
    await expect(send({ messages: [{ role: "assistant", content: [{ text: "a" }] }] })).rejects.toMatchObject(refused);
    await expect(send({ inferenceConfig: { maxTokens: 0 } })).rejects.toMatchObject(refused);
    await expect(send({ inferenceConfig: { temperature: 2 } })).rejects.toMatchObject(refused);
    const toolResult = { toolUseId: "stray", content: [{ text: "5" }] };
    await expect(send({ messages: [{ role: "user", content: [{ toolResult }] }] })).rejects.toMatchObject(refused);
    const unknownModel = { name: "ResourceNotFoundException" };
    await expect(client.send(new InvokeModelCommand({ modelId: "no", body: "{}" }))).rejects.toMatchObject(
      unknownModel,
    );
    await expect(client.send(new InvokeModelCommand({ modelId: "known", body: "{" }))).rejects.toMatchObject(refused);
    expect(emulator.calls.every(({ state }) => state === "finished")).toBe(true);
  });

  test("a stand-in may refuse as Bedrock does, before the stream and in it", async () => {
    const emulator = await start({
      models: {
        busy: () => {
          throw new EmulatedError("ThrottlingException", "Too many requests.");
        },
        broken: () => {
          throw new Error("a secret of the stand-in");
        },
        late: async function* () {
          yield { text: "Half an" };
          yield { fault: { exception: "modelStreamErrorException", message: "The model stumbled." } };
        },
      },
    });
    const client = clientOf(emulator);
    const send = (modelId: string) => client.send(new ConverseStreamCommand({ modelId, messages: say("Hi") }));
    const throttled = {
      name: "ThrottlingException",
      message: "Too many requests.",
      $metadata: { httpStatusCode: 429 },
    };
    await expect(send("busy")).rejects.toMatchObject(throttled);
    const failed = {
      name: "InternalServerException",
      message: "The stand-in failed.",
      $metadata: { httpStatusCode: 500 },
    };
    await expect(send("broken")).rejects.toMatchObject(failed);
    const { stream } = await send("late");
    await expect(collect(stream)).rejects.toMatchObject({
      name: "ModelStreamErrorException",
      message: "The model stumbled.",
    });
  });

  test("law 6: an abort stops the stand-in within 100 ms and is seen in the call", { retry: 2 }, async () => {
    const { promise: stopped, resolve: onStopped } = Promise.withResolvers<void>();
    const emulator = await start({
      pace: { firstTokenMs: 0, tokensPerSecond: 0.01 },
      fallback: ({ signal }) => {
        signal.addEventListener("abort", () => onStopped());
        return "One token, and then the next only after a hundred seconds.";
      },
    });
    const nextCall = emulator.nextCall();
    const controller = new AbortController();
    const { stream } = await clientOf(emulator).send(new ConverseStreamCommand({ modelId: "m", messages: say("Hi") }), {
      abortSignal: controller.signal,
    });
    const chunks = stream![Symbol.asyncIterator]();
    while ((await chunks.next()).value?.contentBlockDelta === undefined);
    const call = await nextCall;
    expect(call.state).toBe("open");
    const abortedAt = Date.now();
    controller.abort();
    expect(await call.ended).toBe("aborted");
    await stopped;
    expect(call.pieces).toBe(1);
    expect(call.abortedAt! - abortedAt).toBeLessThan(100);
  });

  test("a client that reads slowly holds its stand-in back, and gets every byte", async () => {
    const word = "0123456 ".repeat(200);
    let asked = 0;
    const emulator = await start({
      fallback: function* () {
        for (; asked < 500; asked += 1) yield { text: word };
      },
    });
    const { stream } = await clientOf(emulator).send(new ConverseStreamCommand({ modelId: "m", messages: say("Hi") }));
    const chunks = stream![Symbol.asyncIterator]();
    await chunks.next();
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBeLessThan(500);
    const rest = await collect({ [Symbol.asyncIterator]: () => chunks });
    expect(textIn(rest)).toBe(word.repeat(500));
  });

  test("calls run side by side, and only the last ones are kept", async () => {
    const emulator = await start({ fallback: (request) => lastUserText(request), keepCalls: 2 });
    const client = clientOf(emulator);
    const answers = await Promise.all(
      ["one", "two", "three"].map(async (text) => {
        const { stream } = await client.send(new ConverseStreamCommand({ modelId: "m", messages: say(text) }));
        return textIn(await collect(stream));
      }),
    );
    expect(answers).toEqual(["one", "two", "three"]);
    expect(emulator.calls).toHaveLength(2);
  });

  test("close cuts what is open", async () => {
    const emulator = await start({ fallback: () => [{ text: "Wait" }, { fault: "stall" }] });
    const { stream } = await clientOf(emulator).send(new ConverseStreamCommand({ modelId: "m", messages: say("Hi") }));
    const read = collect(stream).catch(() => {});
    await emulator.close();
    await read;
    expect(await emulator.calls[0]?.ended).toBe("aborted");
  });
});

test("a client that leaves in the middle of its request harms nobody", async () => {
  const emulator = await start({ fallback: () => "Hi" });
  const http1 = connect(emulator.port, "127.0.0.1");
  http1.write("POST /model/m/converse HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  const http2 = connectHttp2(emulator.url);
  onTestFinished(() => http2.destroy());
  const request = http2.request({ ":method": "POST", ":path": "/model/m/converse" });
  request.write("{");
  await new Promise((resolve) => http2.ping(resolve));
  const closed = [once(http1, "close"), once(request, "close")];
  http1.resetAndDestroy();
  request.close(constants.NGHTTP2_CANCEL);
  await Promise.all(closed);
  await new Promise((resolve) => http2.ping(resolve));
  expect(emulator.calls).toHaveLength(0);
  const answer = await fetch(`${emulator.url}/model/m/converse`, {
    method: "POST",
    body: JSON.stringify({ messages: say("Hello") }),
  });
  expect(answer.status).toBe(200);
});

test("the protocol is told from the first bytes even where they come one by one", async () => {
  const emulator = await start({});
  const socket = connect(emulator.port, "127.0.0.1").setNoDelay(true);
  onTestFinished(() => void socket.destroy());
  for (const letter of "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") {
    socket.write(letter);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const answer = Buffer.concat(await collect<Buffer>(socket)).toString();
  expect(answer).toMatch(/^HTTP\/1\.1 404 .*x-amzn-errortype: UnknownOperationException/s);
});
