import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, onTestFinished, test } from "vitest";
import { ManualClock } from "../../test/support/bedrock.ts";
import {
  type BedrockEmulator,
  EmulatedError,
  type Fault,
  FLAT_OUT,
  type Piece,
  type StandIn,
  startBedrockEmulator,
} from "../emulator/bedrock/index.ts";
import type { ProgressEvent } from "../protocol/events.ts";
import type { ModelAnswer, ModelRequest, Source } from "../source.ts";
import { bedrock, type BedrockOptions } from "./bedrock.ts";

const HANDLERS = [
  ["HTTP/2", () => ({})],
  ["HTTP/1.1", () => ({ requestHandler: new NodeHttpHandler() })],
] as const;

async function start(standIn: StandIn): Promise<BedrockEmulator> {
  const emulator = await startBedrockEmulator({ pace: FLAT_OUT, fallback: standIn });
  onTestFinished(() => emulator.close());
  return emulator;
}

function request(fields?: Partial<ModelRequest>): ModelRequest {
  return { messages: [{ role: "user", content: "Hello" }], signal: new AbortController().signal, ...fields };
}

interface Reading {
  readonly events: ProgressEvent[];
  readonly text: string;
  readonly answer?: ModelAnswer;
  readonly error?: unknown;
}

function read(source: Source, fields?: Partial<ModelRequest>): Promise<Reading> {
  return readRest(source.stream(request(fields)));
}

async function readRest(stream: ReturnType<Source["stream"]>): Promise<Reading> {
  const events: ProgressEvent[] = [];
  const text = (): string => events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done === true) return { events, text: text(), answer: next.value };
      events.push(...[next.value].flat());
    }
  } catch (error) {
    return { events, text: text(), error };
  }
}

/** The stand-in fails so on the first call, and answers on the later ones. */
function failingOnce(first: () => Iterable<Piece>): StandIn {
  let calls = 0;
  return () => (calls++ === 0 ? first() : "All is well.");
}

function fault(what: Fault): Iterable<Piece> {
  return [{ fault: what }];
}

const THROTTLED: Fault = { exception: "throttlingException", message: "Slow down." };

describe.each(HANDLERS)("the bedrock source over %s", (_name, handler) => {
  function sourceOf(emulator: BedrockEmulator, options?: Partial<BedrockOptions>): Source {
    const client = new BedrockRuntimeClient({
      endpoint: emulator.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      ...handler(),
    });
    onTestFinished(() => client.destroy());
    return bedrock({ modelId: "test", client, clock: new ManualClock(), ...options });
  }

  test("M1: text, reasoning, tools and usage come as events, and the whole answer is returned", async () => {
    const text = "Two and three are five. ".repeat(20);
    const emulator = await start(() => [
      { reasoning: "Let me add them." },
      { text },
      { toolUse: { name: "add", id: "t1", input: { a: 2, b: [3, "👍"] } } },
      { toolUse: { name: "now", id: "t2", input: {} } },
    ]);
    const reading = await read(sourceOf(emulator), { system: "Be kind.", maxTokens: 1000, temperature: 0.5 });
    expect(reading.text).toBe(text);
    const reasoning = reading.events.map((event) => (event.type === "reasoning-delta" ? event.text : "")).join("");
    expect(reasoning).toBe("Let me add them.");
    const usage = { inputTokens: 4, outputTokens: expect.any(Number) };
    expect(reading.events.filter(({ type }) => !type.endsWith("-delta"))).toEqual([
      { type: "tool-call", id: "t1", name: "add", input: { a: 2, b: [3, "👍"] } },
      { type: "tool-call", id: "t2", name: "now", input: {} },
      { type: "usage", ...usage },
    ]);
    expect(reading.answer).toEqual({ text, modelId: "test", stopReason: "tool_use", usage });
    expect(emulator.calls[0]?.body).toMatchObject({
      system: [{ text: "Be kind." }],
      messages: [{ role: "user", content: [{ text: "Hello" }] }],
      inferenceConfig: { maxTokens: 1000, temperature: 0.5 },
    });
  });

  test("M1: a tool's input that the token limit cut is no event, and the stop reason says why", async () => {
    const emulator = await start(() => [{ text: "Adding" }, { toolUse: { name: "add", input: { a: 2, b: 3 } } }]);
    const reading = await read(sourceOf(emulator), { maxTokens: 3 });
    expect(reading.events.map(({ type }) => type)).toEqual(["text-delta", "usage"]);
    expect(reading.answer).toMatchObject({ text: "Adding", stopReason: "max_tokens" });
  });

  test("M1: answers follow each other on one source, and the request may name another model", async () => {
    const emulator = await start(({ modelId }) => `I am ${modelId}.`);
    const source = sourceOf(emulator);
    for (const modelId of ["first", "second", "third"]) {
      expect((await read(source, { modelId })).answer).toMatchObject({ text: `I am ${modelId}.`, modelId });
    }
    expect((await read(source)).answer?.text).toBe("I am test.");
    for (const call of emulator.calls) expect(await call.ended).toBe("finished");
  });

  test.each(["cut", "end", "half-frame", "reset"] as const)(
    "M2: a %s before the end mark is upstream_truncated, and what was yielded is kept",
    async (what) => {
      const emulator = await start(() => [{ text: "Half an" }, { fault: what }]);
      const reading = await read(sourceOf(emulator));
      expect(reading.error).toMatchObject({ name: "SluiceError", code: "upstream_truncated" });
      expect("Half an".startsWith(reading.text)).toBe(true);
      if (what !== "reset") expect(reading.text).toBe("Half an");
      expect(emulator.calls).toHaveLength(1);
    },
  );

  test("M3: return in the middle aborts the request", async () => {
    const emulator = await start(() => [{ text: "A" }, { fault: "stall" }]);
    const stream = sourceOf(emulator).stream(request());
    expect((await stream.next()).value).toEqual([{ type: "text-delta", text: "A" }]);
    await stream.return({ text: "", modelId: "", stopReason: "" });
    expect(await emulator.calls[0]?.ended).toBe("aborted");
  });

  test("M3: an error that the reader throws into it aborts the request and passes through", async () => {
    const emulator = await start(() => [{ text: "A" }, { fault: "stall" }]);
    const stream = sourceOf(emulator).stream(request());
    await stream.next();
    const mine = new Error("mine");
    await expect(stream.throw(mine)).rejects.toBe(mine);
    expect(await emulator.calls[0]?.ended).toBe("aborted");
  });

  test("M3: an abort while the model is waited for goes out, and its reason is thrown", async () => {
    const emulator = await start(() => [{ text: "A" }, { fault: "stall" }]);
    const controller = new AbortController();
    const stream = sourceOf(emulator).stream(request({ signal: controller.signal }));
    await stream.next();
    const reason = new Error("cancelled");
    const thrown = expect(stream.next()).rejects.toBe(reason);
    controller.abort(reason);
    expect(await emulator.calls[0]?.ended).toBe("aborted");
    await thrown;
  });

  test("M3: an abort goes out even while the reader asks for nothing", { retry: 2 }, async () => {
    const emulator = await start(() => [{ text: "A B C" }, { fault: "stall" }]);
    const controller = new AbortController();
    const stream = sourceOf(emulator).stream(request({ signal: controller.signal }));
    await stream.next();
    const abortedAt = Date.now();
    controller.abort();
    expect(await emulator.calls[0]?.ended).toBe("aborted");
    expect(emulator.calls[0]!.abortedAt! - abortedAt).toBeLessThan(100);
    await expect(stream.next()).rejects.toBe(controller.signal.reason);
  });

  test("M3: an abort before the model said anything ends the request", async () => {
    const emulator = await start(
      ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(""))),
    );
    const controller = new AbortController();
    const call = emulator.nextCall();
    const reading = read(sourceOf(emulator), { signal: controller.signal });
    await call;
    controller.abort();
    expect(await (await call).ended).toBe("aborted");
    expect((await reading).error).toBe(controller.signal.reason);
  });

  test("M3: with a signal that has fired already nothing goes upstream", async () => {
    const emulator = await start(() => "A");
    const signal = AbortSignal.abort(new Error("cancelled"));
    expect((await read(sourceOf(emulator), { signal })).error).toBe(signal.reason);
    expect(emulator.calls).toHaveLength(0);
  });

  test("M4: a model that falls silent is a timeout, and its request is aborted", async () => {
    const clock = new ManualClock();
    const emulator = await start(() => [{ text: "A" }, { fault: "stall" }]);
    const stream = sourceOf(emulator, { clock }).stream(request());
    await stream.next();
    const next = stream.next();
    clock.advance(60_000);
    await expect(next).rejects.toMatchObject({ code: "timeout" });
    expect(await emulator.calls[0]?.ended).toBe("aborted");
    expect(emulator.calls).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test("M4: a model that never says anything is a timeout", async () => {
    const clock = new ManualClock();
    const emulator = await start(
      ({ signal }) => new Promise((resolve) => signal.addEventListener("abort", () => resolve(""))),
    );
    const call = emulator.nextCall();
    const reading = read(sourceOf(emulator, { clock, inactivityMs: 5000 }));
    await call;
    clock.advance(5000);
    expect((await reading).error).toMatchObject({ code: "timeout", message: "The model sent nothing for 5 s." });
    expect(await (await call).ended).toBe("aborted");
  });

  test("M4: a reader that takes its time is no silence of the model", async () => {
    const clock = new ManualClock();
    const { promise: readerIsBack, resolve: comeBack } = Promise.withResolvers<void>();
    const emulator = await start(async function* () {
      yield { text: "One" };
      await readerIsBack;
      yield { text: " two" };
    });
    const stream = sourceOf(emulator, { clock }).stream(request());
    await stream.next();
    clock.advance(100_000);
    comeBack();
    const { events, answer } = await readRest(stream);
    expect(events).toMatchObject([{ type: "text-delta", text: " two" }, { type: "usage" }]);
    expect(answer).toMatchObject({ text: "One two" });
    expect(clock.pending).toBe(0);
  });

  const transient: [string, () => Iterable<Piece>][] = [
    ["an exception in the stream", () => fault(THROTTLED)],
    ["a cut", () => fault("cut")],
    ["a clean end", () => fault("end")],
    ["half a frame", () => fault("half-frame")],
    ["a reset", () => fault("reset")],
    [
      "a refusal for a moment",
      () => {
        throw new EmulatedError("ServiceUnavailableException", "Come back later.");
      },
    ],
  ];
  test.each(transient)("M5: after %s it tries again while nothing was yielded", async (_what, first) => {
    const emulator = await start(failingOnce(first));
    const reading = await read(sourceOf(emulator));
    expect(reading.error).toBeUndefined();
    expect(reading.text).toBe("All is well.");
    expect(emulator.calls).toHaveLength(2);
  });

  test("M5: once something was yielded it does not try again, and M7: says what the provider said", async () => {
    const emulator = await start(failingOnce(() => [{ text: "Half an" }, { fault: THROTTLED }]));
    const reading = await read(sourceOf(emulator));
    expect(reading.error).toMatchObject({ code: "upstream_throttled", message: "Slow down." });
    expect(reading.text).toBe("Half an");
    expect(emulator.calls).toHaveLength(1);
  });

  test("M5: its attempts are bounded", async () => {
    const emulator = await start(() => fault(THROTTLED));
    const reading = await read(sourceOf(emulator, { maxAttempts: 4 }));
    expect(reading.error).toMatchObject({ code: "upstream_throttled", message: "Slow down." });
    expect(emulator.calls).toHaveLength(4);
  });

  test("M3: an abort between two attempts is the last word", async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const emulator = await start(() => fault("cut"));
    const after = clock.after.bind(clock);
    clock.after = (ms, callback) => {
      if (ms < 1000) queueMicrotask(() => controller.abort());
      return ms < 1000 ? () => {} : after(ms, callback);
    };
    const reading = await read(sourceOf(emulator, { clock }), { signal: controller.signal });
    expect(reading.error).toBe(controller.signal.reason);
    expect(emulator.calls).toHaveLength(1);
  });

  const refusals = [
    ["ThrottlingException", "upstream_throttled", "Said the model.", 3],
    ["ModelNotReadyException", "upstream_throttled", "Said the model.", 3],
    ["ServiceQuotaExceededException", "upstream_throttled", "Said the model.", 1],
    ["ValidationException", "bad_request", "Said the model.", 1],
    ["ModelErrorException", "upstream_error", "Said the model.", 3],
    ["InternalServerException", "upstream_error", "Said the model.", 3],
    ["ResourceNotFoundException", "upstream_error", "Said the model.", 1],
    ["AccessDeniedException", "upstream_error", "This server has no credentials that the model provider accepts.", 1],
  ] as const;
  test.each(refusals)("M7: %s is %s", async (type, code, message, attempts) => {
    const emulator = await start(() => {
      throw new EmulatedError(type, "Said the model. (Service: BedrockRuntime, Status Code: 400, Request ID: 1-2-3)");
    });
    expect((await read(sourceOf(emulator))).error).toMatchObject({ name: "SluiceError", code, message });
    expect(emulator.calls).toHaveLength(attempts);
  });

  test.each([
    ["validationException", "bad_request"],
    ["modelStreamErrorException", "upstream_error"],
    ["internalServerException", "upstream_error"],
    ["serviceUnavailableException", "upstream_error"],
  ] as const)("M7: %s in the stream is %s", async (exception, code) => {
    const emulator = await start(() => [{ text: "A" }, { fault: { exception, message: "Said the model." } }]);
    expect((await read(sourceOf(emulator))).error).toMatchObject({ code, message: "Said the model." });
  });

  test("M7: an exception as the first event shows none of the SDK's hints", async () => {
    const emulator = await start(() => fault({ exception: "validationException", message: "Too long." }));
    expect((await read(sourceOf(emulator))).error).toMatchObject({ code: "bad_request", message: "Too long." });
    expect(emulator.calls).toHaveLength(1);
  });

  test("M7: an exception that the SDK does not know is told in its own words", async () => {
    const emulator = await start(() => fault({ exception: "modelTimeoutException", message: "It took too long." }));
    expect((await read(sourceOf(emulator))).error).toMatchObject({
      code: "upstream_error",
      message: "It took too long.",
    });
    expect(emulator.calls).toHaveLength(3);
  });
});

test("M5: the attempts of a client that tries by itself are counted", async () => {
  const emulator = await start(() => {
    throw new EmulatedError("ServiceUnavailableException", "Come back later.");
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new BedrockRuntimeClient({ endpoint: emulator.url, region: "us-east-1", credentials, maxAttempts: 3 });
  onTestFinished(() => client.destroy());
  const reading = await read(bedrock({ modelId: "test", client }));
  expect(reading.error).toMatchObject({ code: "upstream_error", message: "Come back later." });
  expect(emulator.calls).toHaveLength(3);
});

test("M7: a model that can't be reached is upstream_error, without its address", async () => {
  const emulator = await startBedrockEmulator({});
  await emulator.close();
  const reading = await read(
    bedrock({ modelId: "test", endpoint: emulator.url, maxAttempts: 2, clock: new ManualClock() }),
  );
  expect(reading.error).toMatchObject({ code: "upstream_error", message: "The model could not be reached." });
});
