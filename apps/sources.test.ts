import type { ModelRequest, Source } from "sluice";
import { serve } from "sluice/node";
import { FLAT_OUT } from "sluice/emulator/bedrock";
import { memory } from "sluice/store/memory";
import { describe, expect, onTestFinished, test } from "vitest";
import { readEnvironment } from "./environment.ts";
import { type Sources, type StandInsByApp, openSources } from "./sources.ts";
import { type OpenAiModel, startOpenAiEndpoint } from "sluice/testing";
import { titles } from "./titles/index.ts";

async function offline(byApp: StandInsByApp): Promise<Sources> {
  const sources = await openSources({ kind: "offline", pace: FLAT_OUT }, byApp);
  onTestFinished(() => sources[Symbol.asyncDispose]());
  return sources;
}

async function ask(source: Source, fields?: Partial<ModelRequest>): Promise<{ text: string; modelId: string }> {
  const signal = new AbortController().signal;
  const stream = source.stream({ messages: [{ role: "user", content: "Hello" }], signal, ...fields });
  for (;;) {
    const next = await stream.next();
    if (next.done === true) return next.value;
  }
}

describe("offline", () => {
  test("each system has its own stand-in", async () => {
    const { of, standIn, model } = await offline({ one: () => "I am one.", two: () => "I am two." });
    expect(await ask(of("one"))).toMatchObject({ text: "I am one.", modelId: "offline.one" });
    expect(await ask(of("two"))).toMatchObject({ text: "I am two.", modelId: "offline.two" });
    expect({ standIn, model }).toEqual({ standIn: true, model: "offline" });
  });

  test("a system may have several models, of which the first answers where none is named", async () => {
    const { of } = await offline({ llm: { "offline.llm": () => "At length.", "offline.llm-brief": () => "Brief." } });
    expect(of("llm").modelId).toBe("offline.llm");
    expect((await ask(of("llm"))).text).toBe("At length.");
    expect((await ask(of("llm"), { modelId: "offline.llm-brief" })).text).toBe("Brief.");
  });
});

describe("SLUICE_MODEL=openai:", () => {
  /** Asks the titles system over HTTP. */
  async function titlesBehind(model: OpenAiModel, key?: string) {
    const endpoint = await startOpenAiEndpoint(model);
    onTestFinished(() => endpoint.close());
    const settings = readEnvironment({
      SLUICE_MODEL: "openai:test",
      OPENAI_BASE_URL: endpoint.url,
      ...(key !== undefined && { OPENAI_API_KEY: key }),
    });
    const sources = await openSources(settings.model);
    const server = await serve({ titles }, { store: memory(), source: sources.of, port: 0, signals: false });
    onTestFinished(() => server.close());
    const answer = await fetch(`${server.url}/titles/stream`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ projectId: "test", userInput: "Rivers of Europe" }),
    });
    return { calls: endpoint.calls, sources, body: (await answer.json()) as Record<string, unknown> };
  }

  test("a system answers by a server that speaks OpenAI's interface", async () => {
    const { calls, body, sources } = await titlesBehind(
      () => [{ text: "Here you are.\n\n1. The " }, { text: "Rhine" }],
      "k",
    );
    expect(body).toMatchObject({ type: "stream_complete", sessionId: "test" });
    expect(JSON.stringify(body)).toContain("The Rhine");
    expect(calls[0]?.authorization).toBe("Bearer k");
    expect(calls[0]?.body).toMatchObject({ model: "test", stream: true, stream_options: { include_usage: true } });
    expect(sources).toMatchObject({ model: "test", standIn: false });
  });

  test("no key is sent where none is set", async () => {
    const { calls } = await titlesBehind(() => "1. The Rhine");
    expect(calls).toHaveLength(1);
    expect(calls[0]?.authorization).toBeUndefined();
  });

  test.each<[string, OpenAiModel, string]>([
    ["a cut in the middle", () => [{ text: "Half an" }, { fault: "cut" }], "upstream_truncated"],
    ["a 429", () => ({ status: 429, message: "Slow down.", headers: { "retry-after": "9" } }), "upstream_throttled"],
    ["a 500", () => ({ status: 500, message: "It broke." }), "upstream_error"],
  ])("law 10: %s is never shown as success", async (_what, model, code) => {
    const { body } = await titlesBehind(model);
    expect(body["type"]).not.toBe("stream_complete");
    expect(JSON.stringify(body)).toContain(code);
  });
});
