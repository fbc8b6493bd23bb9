import { type ModelRequest, type ProgressEvent, type RunContext, type Source, SluiceError, silentLogger } from "sluice";
import { iterable } from "sluice/source/iterable";
import { describe, expect, test } from "vitest";
import type { Card } from "./cards.ts";
import { titlesDialect } from "./dialect.ts";
import { type StreamResult, stream } from "./stream.ts";

interface Outcome {
  readonly events: ProgressEvent[];
  readonly result: StreamResult;
}

async function run(source: Source, message: object, cards?: readonly Card[]): Promise<Outcome> {
  const input = await stream.parse({ ...message });
  const context: Omit<RunContext<never>, "input"> & { input: unknown } = {
    input,
    source,
    streamId: "stream-1",
    requestId: undefined,
    soFar: undefined,
    signal: new AbortController().signal,
    log: silentLogger,
    principal: undefined,
    blobs: {
      put: () => Promise.reject(new Error("no uploads")),
      get: async () => undefined,
      delete: async () => false,
    },
    records: {
      get: async (_collection, id) => (cards ? { id, version: 1, createdAt: 0, value: { cards } } : undefined),
      put: () => Promise.reject(new Error("not asked for")),
      delete: () => Promise.reject(new Error("not asked for")),
      list: () => Promise.reject(new Error("not asked for")),
    },
  };
  const events: ProgressEvent[] = [];
  const steps = stream.run(context as RunContext<never>);
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return { events, result: step.value };
    events.push(...[step.value].flat());
  }
}

describe("the stream route", () => {
  test("begins with the frame that the page waits for", async () => {
    const { events } = await run(
      iterable(() => ["1. Salt"]),
      { projectId: "p", userInput: "x" },
    );
    const frame = titlesDialect.encode({ type: "start", route: "stream" }, events[0]!, 0);
    expect(frame).toEqual({ type: "progress", step: "Analyzing prompt cards...", progress: 10, stage: "analyzing" });
  });

  test("tells progress before the first chunk and after the last only, rising to 100", async () => {
    const chunks = ["Two ", "titles:\n", { type: "reasoning-delta", text: "hm" } as const, "1. Salt\n", "2. Sea\n"];
    const { events } = await run(
      iterable(() => chunks),
      { projectId: "p", userInput: "x" },
    );
    const types = events.map(({ type }) => type);
    const [first, last] = [types.indexOf("text-delta"), types.lastIndexOf("text-delta")];
    expect(types.slice(first, last)).not.toContain("status");
    expect(types.slice(last)).toContain("status");
    const progress = events.flatMap((event) => (event.type === "status" ? event.progress! : []));
    expect(progress).toEqual(progress.toSorted((left, right) => left - right));
    expect(progress.at(-1)).toBe(1);
    const stages = ["initializing", "analyzing", "generating", "finalizing"];
    const places = events.flatMap((event) => (event.type === "status" ? stages.indexOf(event.stage!) : []));
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    expect(places).not.toContain(-1);
  });

  test("passes the text through and gives the titles in it", async () => {
    const { events, result } = await run(
      iterable(() => ["Here:\n1. Sa", "lt\n2. **Sea**\n"]),
      { projectId: "p", userInput: "x" },
    );
    expect(events.flatMap((event) => (event.type === "text-delta" ? event.text : []))).toEqual([
      "Here:\n1. Sa",
      "lt\n2. **Sea**\n",
    ]);
    expect(result).toEqual({ titles: ["Salt", "Sea"] });
  });

  test("asks the model with the cards, the history, 2000 tokens and temperature 0.7", async () => {
    let request: ModelRequest | undefined;
    const source = iterable((asked) => {
      request = asked;
      return [];
    });
    const chat_history = [
      { role: "user", content: "An article", id: 7 },
      { role: "assistant", content: "1. Salt", timestamp: "now" },
    ];
    await run(source, { projectId: "p", userInput: "Shorter", chat_history }, [{ name: "Tone", text: "Dry" }]);
    expect(request).toMatchObject({ maxTokens: 2000, temperature: 0.7 });
    expect(request!.system).toContain('<card name="Tone">\nDry\n</card>');
    expect(request!.messages).toEqual([
      { role: "user", content: "An article" },
      { role: "assistant", content: "1. Salt" },
      { role: "user", content: "Shorter" },
    ]);
  });

  test.each([
    ["no project", { userInput: "x" }],
    ["an empty project", { projectId: "", userInput: "x" }],
    ["a project of 129 characters", { projectId: "p".repeat(129), userInput: "x" }],
    ["a project that is no text", { projectId: 1, userInput: "x" }],
    ["no input", { projectId: "p" }],
    ["an empty input", { projectId: "p", userInput: "" }],
    ["a blank input", { projectId: "p", userInput: " \n\t" }],
    ["an input of 200,001 characters", { projectId: "p", userInput: "x".repeat(200_001) }],
    ["a history that is no list", { projectId: "p", userInput: "x", chat_history: "hello" }],
    ["a turn without content", { projectId: "p", userInput: "x", chat_history: [{ role: "user" }] }],
    [
      "a turn of a role that Converse does not know",
      { projectId: "p", userInput: "x", chat_history: [{ role: "system", content: "x" }] },
    ],
    [
      "201 turns",
      {
        projectId: "p",
        userInput: "x",
        chat_history: Array.from({ length: 201 }, () => ({ role: "user", content: "x" })),
      },
    ],
  ])("law 11: %s is bad_request", async (_what, message) => {
    const thrown = await stream.parse({ ...message } as never).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(SluiceError);
    expect((thrown as SluiceError).code).toBe("bad_request");
  });

  test("takes a message at its limits, and a history that is null", async () => {
    const message = { projectId: "p".repeat(128), userInput: "x".repeat(200_000), chat_history: null };
    await expect(stream.parse(message)).resolves.toEqual(message);
  });
});
