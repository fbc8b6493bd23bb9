import { Agent, ModelThrottledError, tool } from "@strands-agents/sdk";
import { BedrockModel } from "@strands-agents/sdk/models/bedrock";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { startEmulator } from "../../test/support/bedrock.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { ProgressEvent } from "../protocol/events.ts";
import type { ModelRequest, Source } from "../source.ts";
import { ScriptedSource } from "../testing/scripted-source.ts";
import { type Yielded, iterable } from "./iterable.ts";
import { type AgentAnswer, runAgent, sourceModel } from "./strands.ts";

const add = tool({
  name: "add",
  description: "Adds two numbers.",
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  callback: ({ a, b }) => {
    if (a < 0) throw new Error("no negative numbers");
    return { sum: a + b };
  },
});

const calling = (input: object): ProgressEvent => ({ type: "tool-call", id: "c1", name: "add", input: { ...input } });

function agentOver(source: Source): Agent {
  return new Agent({ model: sourceModel(source), tools: [add], systemPrompt: "Be brief.", printer: false });
}

/** A source that gives these answers, one a call. */
function answers(...given: readonly (readonly Yielded[])[]): Source & { readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const source = iterable((request) => {
    requests.push(request);
    return given[requests.length - 1] ?? [];
  });
  return { ...source, requests };
}

async function run(
  steps: AsyncGenerator<ProgressEvent, AgentAnswer, void>,
): Promise<{ events: ProgressEvent[]; answer?: AgentAnswer; thrown?: unknown }> {
  const events: ProgressEvent[] = [];
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return { events, answer: step.value };
      events.push(step.value);
    }
  } catch (thrown) {
    return { events, thrown };
  }
}

const idle = (): AbortSignal => new AbortController().signal;

describe("an agent over a source", () => {
  test("M9: what the model says, calls and hears comes out as our events, in order, and is counted", async () => {
    const usage = { type: "usage", inputTokens: 10, outputTokens: 5 } as const;
    const source = answers(["Let me ", "see.", calling({ a: 2, b: 3 }), usage], ["It is 5.", usage]);
    const { events, answer } = await run(runAgent(() => agentOver(source), "2 + 3?", { signal: idle() }));
    expect(events).toEqual([
      { type: "text-delta", text: "Let me " },
      { type: "text-delta", text: "see." },
      calling({ a: 2, b: 3 }),
      usage,
      { type: "message", role: "assistant", content: "Let me see." },
      { type: "tool-result", id: "c1", output: { sum: 5 } },
      { type: "text-delta", text: "It is 5." },
      usage,
      { type: "message", role: "assistant", content: "It is 5." },
    ]);
    expect(answer).toEqual({
      text: "Let me see.It is 5.",
      stopReason: "end_turn",
      usage: { inputTokens: 20, outputTokens: 10 },
      toolsUsed: 1,
    });
  });

  test("the source gets the system prompt, the tools, and the conversation with call and result", async () => {
    const source = answers([calling({ a: 2, b: 3 })], ["5"]);
    await run(runAgent(agentOver(source), "2 + 3?", { signal: idle() }));
    const [first, second] = source.requests;
    expect(first).toMatchObject({
      system: "Be brief.",
      messages: [{ role: "user", content: [{ type: "text", text: "2 + 3?" }] }],
      tools: [{ name: "add", description: "Adds two numbers.", inputSchema: { type: "object" } }],
    });
    expect(second!.messages.slice(1)).toEqual([
      { role: "assistant", content: [calling({ a: 2, b: 3 })] },
      { role: "user", content: [{ type: "tool-result", id: "c1", output: { sum: 5 } }] },
    ]);
  });

  test("a tool that fails is a tool-result with its error, and the model hears of it", async () => {
    const source = answers([calling({ a: -1, b: 0 })], ["Sorry."]);
    const { events } = await run(runAgent(agentOver(source), "x", { signal: idle() }));
    expect(events).toContainEqual({ type: "tool-result", id: "c1", error: "no negative numbers" });
    expect(source.requests[1]!.messages.at(-1)!.content).toEqual([
      { type: "tool-result", id: "c1", error: "no negative numbers" },
    ]);
  });

  test("images go to the source as they are; M8: a document is bad_request before anything goes upstream", async () => {
    const source = answers(["A dot."]);
    const bytes = new Uint8Array([1, 2, 3]);
    const image = { image: { format: "png" as const, source: { bytes } } };
    await run(runAgent(agentOver(source), [{ text: "What is it?" }, image], { signal: idle() }));
    expect(source.requests[0]!.messages[0]!.content).toEqual([
      { type: "text", text: "What is it?" },
      { type: "image", mediaType: "image/png", bytes },
    ]);
    const document = { document: { name: "d", format: "txt" as const, source: { text: "x" } } };
    const { thrown } = await run(runAgent(agentOver(source), [document], { signal: idle() }));
    expect(thrown).toMatchObject({ code: "bad_request" });
    expect(source.requests).toHaveLength(1);
  });

  test("structured output is asked for with a forced tool, whose call nobody sees", async () => {
    const structured = { type: "tool-call", id: "s", name: "strands_structured_output", input: { sum: 5 } } as const;
    const source = answers(["Five."], [structured]);
    const structuredOutputSchema = z.object({ sum: z.number() });
    const { events, answer } = await run(
      runAgent(agentOver(source), "2 + 3?", { signal: idle(), structuredOutputSchema }),
    );
    expect(source.requests[1]!.toolChoice).toEqual({ name: "strands_structured_output" });
    expect(answer).toMatchObject({ structuredOutput: { sum: 5 }, toolsUsed: 0 });
    expect(events.map(({ type }) => type)).not.toContain("tool-call");
    expect(events.map(({ type }) => type)).not.toContain("tool-result");
  });

  test("writes nothing to stdout", async () => {
    const write = vi.spyOn(process.stdout, "write");
    await run(runAgent(agentOver(answers(["Quiet."])), "x", { signal: idle() }));
    expect(write.mock.calls.filter(([text]) => String(text).includes("Quiet"))).toEqual([]);
    write.mockRestore();
  });
});

describe("what an agent's model throws", () => {
  test("M7: a SluiceError comes out as it was, with its text still shown, and nothing is asked again", async () => {
    const error = new SluiceError("upstream_throttled", "slow down", { retryAfterMs: 500 });
    let calls = 0;
    const source = iterable(function* () {
      calls += 1;
      yield "Half";
      throw error;
    });
    const { events, thrown } = await run(runAgent(agentOver(source), "x", { signal: idle() }));
    expect(thrown).toBe(error);
    expect(events).toEqual([{ type: "text-delta", text: "Half" }]);
    expect(calls).toBe(1);
  });

  test("M5: the SDK's own retry does not double text that was shown", async () => {
    let calls = 0;
    const source = iterable(function* () {
      calls += 1;
      yield "Half";
      throw new ModelThrottledError("too many");
    });
    const { events, thrown } = await run(runAgent(agentOver(source), "x", { signal: idle() }));
    expect(thrown).toMatchObject({ code: "upstream_throttled" });
    expect([events.length, calls]).toEqual([1, 1]);
  });

  test("the token limit in the middle of an answer is upstream_error; its usage is told", async () => {
    const given = answers(["A long", { type: "usage", inputTokens: 1, outputTokens: 2 }]);
    const source: Source = {
      modelId: "short",
      async *stream(request) {
        return { ...(yield* given.stream(request)), stopReason: "max_tokens" };
      },
    };
    const { events, thrown } = await run(runAgent(agentOver(source), "x", { signal: idle() }));
    expect(thrown).toMatchObject({ code: "upstream_error", message: expect.stringContaining("token limit") });
    expect(events).toContainEqual({ type: "usage", inputTokens: 1, outputTokens: 2 });
  });

  test("an agent that calls tools without end fails after maxTurns", async () => {
    const source = iterable(() => [calling({ a: 1, b: 1 })]);
    const { thrown } = await run(runAgent(agentOver(source), "x", { signal: idle(), maxTurns: 3 }));
    expect(thrown).toMatchObject({ code: "upstream_error", message: expect.stringContaining("3 turns") });
  });
});

describe("an agent that is cancelled", () => {
  test("M3, M6: the signal's reason is thrown, the source is left, what was yielded stays", async () => {
    const source = new ScriptedSource();
    const abort = new AbortController();
    const steps = runAgent(agentOver(source), "x", { signal: abort.signal });
    const first = steps.next();
    const call = await source.next();
    call.push("Half");
    expect((await first).value).toEqual({ type: "text-delta", text: "Half" });
    const rest = run(steps);
    const reason = new Error("stop it");
    abort.abort(reason);
    expect(await rest).toEqual({ events: [], thrown: reason });
    await call.stopped;
    expect(call.request.signal.aborted).toBe(true);
  });

  test("M3: a reader that leaves aborts the source too", async () => {
    const source = new ScriptedSource();
    const steps = runAgent(agentOver(source), "x", { signal: idle() });
    const first = steps.next();
    const call = await source.next();
    call.push("Half", "More");
    await first;
    await steps.return(undefined as never);
    await call.stopped;
    expect(call.request.signal.aborted).toBe(true);
  });

  test("M6: a tool that heeds no signal does not keep the run", async () => {
    const abort = new AbortController();
    const stuck = tool({
      name: "add",
      description: "Never comes back.",
      inputSchema: z.object({}),
      callback: () => new Promise<string>(() => abort.abort(new Error("stop it"))),
    });
    const model = sourceModel(answers([calling({})]));
    const agent = new Agent({ model, tools: [stuck], printer: false });
    const { thrown } = await run(runAgent(agent, "x", { signal: abort.signal }));
    expect(thrown).toBe(abort.signal.reason);
  });

  test("an aborted signal asks nobody", async () => {
    const source = answers(["x"]);
    const { thrown } = await run(runAgent(agentOver(source), "x", { signal: AbortSignal.abort("no") }));
    expect(thrown).toBe("no");
    expect(source.requests).toEqual([]);
  });
});

describe("the SDK's own Bedrock model against the emulator", () => {
  function agentAt(endpoint: string): Agent {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const clientConfig = { credentials, maxAttempts: 1, endpoint };
    const model = new BedrockModel({ region: "us-east-1", modelId: "any", clientConfig });
    return new Agent({ model, tools: [add], printer: false, retryStrategy: null });
  }

  test("a tool round trip gives the same events", async () => {
    const emulator = await startEmulator({
      fallback: ({ messages }) =>
        messages.length === 1 ? [{ toolUse: { name: "add", id: "c1", input: { a: 2, b: 3 } } }] : "It is 5.",
    });
    const { events, answer } = await run(runAgent(agentAt(emulator.url), "2 + 3?", { signal: idle() }));
    expect(events.filter(({ type }) => type !== "usage" && type !== "text-delta")).toEqual([
      calling({ a: 2, b: 3 }),
      { type: "tool-result", id: "c1", output: { sum: 5 } },
      { type: "message", role: "assistant", content: "It is 5." },
    ]);
    expect(answer).toMatchObject({ text: "It is 5.", stopReason: "end_turn", toolsUsed: 1 });
    expect(answer!.usage.outputTokens).toBeGreaterThan(0);
  });

  test.each([
    ["M2, law 10: a silent cut", "cut", "upstream_truncated"],
    ["M7: throttling", { exception: "ThrottlingException" }, "upstream_throttled"],
    ["M7: a refused request", { exception: "ValidationException" }, "bad_request"],
    ["M7: a failure", { exception: "InternalServerException" }, "upstream_error"],
  ] as const)("%s has its own code", async (_what, fault, code) => {
    const emulator = await startEmulator({ fallback: () => [{ fault }] });
    const { thrown } = await run(runAgent(agentAt(emulator.url), "x", { signal: idle() }));
    expect(thrown).toMatchObject({ name: "SluiceError", code });
  });

  test("M3, M6: the signal aborts the request", async () => {
    const emulator = await startEmulator({ fallback: () => [{ text: "Half" }, { fault: "stall" }] });
    const abort = new AbortController();
    const steps = runAgent(agentAt(emulator.url), "x", { signal: abort.signal });
    await steps.next();
    const rest = run(steps);
    abort.abort(new Error("stop it"));
    expect((await rest).thrown).toBe(abort.signal.reason);
    expect(await emulator.calls[0]!.ended).toBe("aborted");
  });
});
