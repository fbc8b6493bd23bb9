import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { ModelRequest } from "../../../source.ts";
import { question, readAnswer, readText, type SourceCase } from "./case.ts";

/** What a source throws has a code; cases compare no more than that. */
function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}

const PNG = new Uint8Array([137, 80, 78, 71]);
const call = { type: "tool-call", id: "t1", name: "add", input: { a: 2 } } as const;
const result = { type: "tool-result", id: "t1", output: 5 } as const;

/** Requests that no source may pass on (M8). */
const UNFIT: readonly (readonly [what: string, fields: Partial<ModelRequest>])[] = [
  [
    "an image in an assistant's turn",
    { messages: [{ role: "assistant", content: [{ type: "image", mediaType: "image/png", bytes: PNG }] }] },
  ],
  ["a tool call in a user's turn", { messages: [{ role: "user", content: [call] }] }],
  ["a tool result in an assistant's turn", { messages: [{ role: "assistant", content: [result] }] }],
  ["a tool result that answers no call", { messages: [{ role: "user", content: [result] }] }],
  ["a tool that must be called but is none of the tools", { toolChoice: { name: "add" } }],
];

export const ANSWERING: readonly SourceCase[] = [
  {
    title: "M1: the text comes as it is, and the whole answer is returned with its usage",
    script: () => [{ text: "Two and three" }, { text: " are five. 👍" }],
    run: async ({ source }) => {
      const { text, answer, events } = await readAnswer(source.stream(question()));
      strictEqual(text, "Two and three are five. 👍");
      strictEqual(answer?.text, text);
      strictEqual(answer?.stopReason, "end_turn");
      strictEqual(answer?.modelId, source.modelId);
      const { type, ...usage } = events.at(-1) as { type: string };
      strictEqual(type, "usage");
      deepStrictEqual(answer?.usage, usage);
    },
  },
  ...(["cut", "end"] as const).map((fault): SourceCase => ({
    title: `M2: ${fault === "cut" ? "a cut" : "a clean end"} before the end mark is upstream_truncated, what was yielded is kept`,
    script: () => [{ text: "Half an" }, { fault }],
    run: async ({ source, calls }) => {
      const { text, error } = await readAnswer(source.stream(question()));
      strictEqual(codeOf(error), "upstream_truncated");
      strictEqual(text, "Half an");
      strictEqual(calls.length, 1);
    },
  })),
  {
    title: "M3: return in the middle aborts the request",
    script: () => [{ text: "A" }, { fault: "stall" }],
    run: async ({ source, calls }) => {
      const stream = source.stream(question());
      await readText(stream);
      await stream.return({ text: "", modelId: "", stopReason: "" });
      strictEqual(await calls[0]?.ended, "aborted");
    },
  },
  {
    title: "M3, M6: an abort while the model is waited for goes out, and its reason is thrown",
    script: () => [{ text: "A" }, { fault: "stall" }],
    run: async ({ source, calls }) => {
      const controller = new AbortController();
      const stream = source.stream(question({ signal: controller.signal }));
      await readText(stream);
      const rest = readAnswer(stream);
      const reason = new Error("cancelled");
      controller.abort(reason);
      strictEqual((await rest).error, reason);
      strictEqual(await calls[0]?.ended, "aborted");
    },
  },
  {
    title: "M3: an abort goes out even while the reader asks for nothing",
    script: () => [{ text: "A B C" }, { fault: "stall" }],
    run: async ({ source, calls }) => {
      const controller = new AbortController();
      const stream = source.stream(question({ signal: controller.signal }));
      await readText(stream);
      controller.abort(new Error("cancelled"));
      strictEqual(await calls[0]?.ended, "aborted");
      strictEqual((await readAnswer(stream)).error, controller.signal.reason);
    },
  },
  {
    title: "M6: with a signal that has fired already nothing goes upstream",
    script: () => [{ text: "A" }],
    run: async ({ source, calls }) => {
      const signal = AbortSignal.abort(new Error("cancelled"));
      strictEqual((await readAnswer(source.stream(question({ signal })))).error, signal.reason);
      strictEqual(calls.length, 0);
    },
  },
  {
    title: "M4: a model that falls silent is a timeout, and its request is aborted",
    script: () => [{ text: "A" }, { fault: "stall" }],
    run: async ({ source, calls, advance }) => {
      const stream = source.stream(question());
      await readText(stream);
      const rest = readAnswer(stream);
      // Whatever still came with the text is read by now.
      await new Promise(setImmediate);
      advance(60_000);
      strictEqual(codeOf((await rest).error), "timeout");
      strictEqual(await calls[0]?.ended, "aborted");
      strictEqual(calls.length, 1);
    },
  },
  {
    title: "M5: it tries again while nothing was yielded",
    script: (number) => (number === 0 ? "throttle" : [{ text: "All is well." }]),
    run: async ({ source, calls }) => {
      strictEqual((await readAnswer(source.stream(question()))).answer?.text, "All is well.");
      strictEqual(calls.length, 2);
    },
  },
  {
    title: "M7: a provider that has no time is upstream_throttled, after a bounded number of attempts",
    script: () => "throttle",
    run: async ({ source, calls }) => {
      strictEqual(codeOf((await readAnswer(source.stream(question()))).error), "upstream_throttled");
      strictEqual(calls.length, 3);
    },
  },
  {
    title: "M7: a request that the provider refuses is bad_request, and is not sent again",
    script: () => "refuse",
    run: async ({ source, calls }) => {
      strictEqual(codeOf((await readAnswer(source.stream(question()))).error), "bad_request");
      strictEqual(calls.length, 1);
    },
  },
  ...UNFIT.map(([what, fields]): SourceCase => ({
    title: `M8: ${what} is bad_request before anything goes upstream`,
    script: () => [{ text: "A" }],
    run: async ({ source, calls }) => {
      strictEqual(codeOf((await readAnswer(source.stream(question(fields)))).error), "bad_request");
      strictEqual(calls.length, 0);
    },
  })),
  {
    title: "M9: a tool that the model calls is an event with its whole input, and is not run",
    script: () => [{ text: "Adding" }, { toolUse: { id: "t1", name: "add", input: { a: 2, b: [3, "👍"] } } }],
    run: async ({ source, calls }) => {
      const tools = [{ name: "add", description: "Adds.", inputSchema: { type: "object", properties: {} } }];
      const { events, answer } = await readAnswer(source.stream(question({ tools })));
      deepStrictEqual(
        events.filter(({ type }) => type.startsWith("tool-")),
        [{ type: "tool-call", id: "t1", name: "add", input: { a: 2, b: [3, "👍"] } }],
      );
      strictEqual(answer?.stopReason, "tool_use");
      strictEqual(calls.length, 1);
    },
  },
];
