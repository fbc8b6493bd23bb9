import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  clientOfPieces,
  CREDENTIALS,
  event,
  frame,
  type Headers,
  readBySource,
  type Reading,
} from "../../../test/support/canned-answers.ts";
import { FLAT_OUT, startBedrockEmulator } from "../../emulator/bedrock/index.ts";
import type { ProgressEvent } from "../../protocol/events.ts";
import type { Json, JsonObject } from "../../protocol/json.ts";

const INPUT = { modelId: "m", messages: [{ role: "user" as const, content: [{ text: "Hello" }] }] };

/** The same answer, decoded by the SDK. */
async function readBySdk(client: BedrockRuntimeClient): Promise<Reading> {
  const chunks: ConverseStreamOutput[] = [];
  try {
    const { stream } = await client.send(new ConverseStreamCommand(INPUT));
    for await (const chunk of stream!) chunks.push(chunk);
    return { events: eventsOf(chunks) };
  } catch (error) {
    return { events: eventsOf(chunks), error: error as Error };
  }
}

/** What the SDK's chunks mean, said a second time and plainly. */
function eventsOf(chunks: readonly ConverseStreamOutput[]): ProgressEvent[] {
  let tool: { id: string; name: string; input: string } | undefined;
  return chunks.flatMap((chunk): ProgressEvent[] => {
    const { delta } = chunk.contentBlockDelta ?? {};
    if (delta?.text) return [{ type: "text-delta", text: delta.text }];
    if (delta?.reasoningContent?.text) return [{ type: "reasoning-delta", text: delta.reasoningContent.text }];
    if (delta?.toolUse && tool) tool.input += delta.toolUse.input;
    const begun = chunk.contentBlockStart?.start?.toolUse;
    if (begun) tool = { id: begun.toolUseId!, name: begun.name!, input: "" };
    if (chunk.metadata?.usage) {
      const { inputTokens, outputTokens } = chunk.metadata.usage;
      return [{ type: "usage", inputTokens: inputTokens!, outputTokens: outputTokens! }];
    }
    if (!chunk.contentBlockStop || !tool) return [];
    const { id, name, input } = tool;
    tool = undefined;
    return [{ type: "tool-call", id, name, input: JSON.parse(input) as Json }];
  });
}

describe("what the SDK would decode and what we decode are the same", () => {
  test.each([
    ["HTTP/2", undefined],
    ["HTTP/1.1", new NodeHttpHandler()],
  ])("M1: an answer of the emulator over %s, with every kind of event", async (_name, requestHandler) => {
    const emulator = await startBedrockEmulator({
      pace: FLAT_OUT,
      fallback: () => [
        { reasoning: "Let me add them. 🤔" },
        { text: "Zwei und drei sind fünf. 👍 ".repeat(50) },
        { toolUse: { name: "add", id: "t1", input: { a: 2, b: [3, "👍", null] } } },
        { text: "Done." },
      ],
    });
    onTestFinished(() => emulator.close());
    const client = new BedrockRuntimeClient({
      ...CREDENTIALS,
      endpoint: emulator.url,
      ...(requestHandler && { requestHandler }),
    });
    onTestFinished(() => client.destroy());
    const sdk = await readBySdk(client);
    expect(new Set(sdk.events.map(({ type }) => type))).toEqual(
      new Set(["reasoning-delta", "text-delta", "tool-call", "usage"]),
    );
    expect((await readBySource(client)).events).toEqual(sdk.events);
  });

  /** JSON in the ways in which it may be written. */
  const written = (value: fc.Arbitrary<JsonObject>): fc.Arbitrary<string> =>
    fc
      .tuple(value, fc.boolean(), fc.boolean(), fc.option(fc.string()), fc.jsonValue())
      .map(([fields, escaped, spaced, p, other]) => {
        const json = JSON.stringify(
          { ...fields, ...(p !== null && { p }), somethingNew: other },
          undefined,
          spaced ? 1 : 0,
        );
        return escaped
          ? json.replace(/[^\0-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
          : json;
      });
  const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.constant(""));
  const delta = (fields: fc.Arbitrary<JsonObject>): fc.Arbitrary<string> =>
    written(fc.record({ contentBlockIndex: fc.nat(9), delta: fields }));

  const extraHeaders = fc
    .record<Headers>(
      {
        ":content-type": fc.constant({ type: "string", value: "application/json" }),
        a: fc.boolean().map((value) => ({ type: "boolean", value })),
        b: fc.integer({ min: -128, max: 127 }).map((value) => ({ type: "byte", value })),
        c: fc.integer({ min: -32768, max: 32767 }).map((value) => ({ type: "short", value })),
        d: fc.integer().map((value) => ({ type: "integer", value })),
        e: fc.uint8Array({ maxLength: 300 }).map((value) => ({ type: "binary", value })),
        f: anyText.map((value) => ({ type: "string", value })),
        g: fc.nat().map((ms) => ({ type: "timestamp", value: new Date(ms) })),
        h: fc.uuid().map((value) => ({ type: "uuid", value })),
      },
      { requiredKeys: [] },
    )
    .map((headers) => headers as Headers);
  const eventFrame = (name: fc.Arbitrary<string>, payload: fc.Arbitrary<string | Uint8Array>) =>
    fc.tuple(name, payload, extraHeaders).map((parts) => frame("event", ...parts));

  const one = (parts: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> => parts.map((part) => [part]);
  const toolUse = fc
    .tuple(fc.string(), fc.string(), fc.jsonValue(), fc.array(fc.nat(), { maxLength: 3 }))
    .map(([toolUseId, name, input, cuts]) => [
      event("contentBlockStart", { contentBlockIndex: 1, start: { toolUse: { toolUseId, name } } }),
      ...cut(Array.from(JSON.stringify(input)), cuts).map((fragment) =>
        event("contentBlockDelta", { contentBlockIndex: 1, delta: { toolUse: { input: fragment.join("") } } }),
      ),
      frame("event", "contentBlockStop", ""),
    ]);
  const known = [
    "messageStart",
    "contentBlockStart",
    "contentBlockDelta",
    "contentBlockStop",
    "messageStop",
    "metadata",
  ];
  const unknown = fc
    .stringMatching(/^[a-z][A-Za-z]{1,20}$/)
    .filter((name) => !known.includes(name) && !(name in {}) && !name.endsWith("Exception"));
  const blocks = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: one(eventFrame(fc.constant("contentBlockDelta"), delta(fc.record({ text: anyText })))) },
      one(
        eventFrame(
          fc.constant("contentBlockDelta"),
          delta(anyText.map((reasoning) => ({ reasoningContent: { text: reasoning } }))),
        ),
      ),
      one(
        eventFrame(
          fc.constant("contentBlockDelta"),
          delta(fc.constant({ reasoningContent: { redactedContent: "AAEC" } })),
        ),
      ),
      one(eventFrame(fc.constant("contentBlockDelta"), written(fc.constant({ delta: { text: null } })))),
      one(eventFrame(fc.constantFrom("contentBlockStop", "messageStart"), fc.constantFrom("", "{}", "null"))),
      one(eventFrame(unknown, fc.uint8Array())),
      toolUse,
    ),
    { maxLength: 12 },
  );
  const end = fc
    .tuple(fc.nat(), fc.nat())
    .map(([inputTokens, outputTokens]) => [
      event("messageStop", { stopReason: "tool_use" }),
      event("metadata", { usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens } }),
    ]);
  const cuts = fc.array(fc.nat(), { maxLength: 20 });

  /** Parts a list at these places, each taken modulo its length. */
  function cut<T>(list: readonly T[], places: readonly number[]): T[][] {
    const sorted = [...new Set([0, ...places.map((place) => place % (list.length || 1)), list.length])].sort(
      (left, right) => left - right,
    );
    return sorted.slice(1).map((place, index) => list.slice(sorted[index], place));
  }

  function cutBytes(frames: readonly Uint8Array[], places: readonly number[]): Uint8Array[] {
    return cut(Array.from(Buffer.concat(frames)), places).map((piece) => Uint8Array.from(piece));
  }

  test("M1: random answers, cut anywhere", async () => {
    const property = fc.asyncProperty(blocks, end, cuts, async (parts, ending, places) => {
      const pieces = cutBytes([...parts.flat(), ...ending], places);
      const sdk = await readBySdk(clientOfPieces(pieces));
      const own = await readBySource(clientOfPieces(pieces));
      expect(sdk.error).toBeUndefined();
      expect(own.error).toBeUndefined();
      expect(own.events).toEqual(sdk.events);
      const whole = sdk.events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
      expect(own.answer).toMatchObject({ text: whole, stopReason: "tool_use" });
    });
    await fc.assert(property, { numRuns: 300 });
  });

  const exceptions = fc.oneof(
    fc
      .tuple(
        fc.constantFrom("throttlingException", "validationException", "modelStreamErrorException", "newException"),
        fc.stringMatching(/^[A-Z][a-z ]{0,30}[a-z]$/),
      )
      .map(([name, message]) => ({ message, bytes: frame("exception", name, JSON.stringify({ message })) })),
    fc.stringMatching(/^[A-Z][a-z ]{0,30}[a-z]$/).map((message) => ({
      message,
      bytes: frame("error", "InternalFailure", "", { ":error-message": { type: "string", value: message } }),
    })),
  );

  test("M7: an exception behind random events comes behind the same events", async () => {
    const property = fc.asyncProperty(blocks, exceptions, end, cuts, async (parts, exception, ending, places) => {
      const pieces = cutBytes([...parts.flat(), exception.bytes, ...ending], places);
      const sdk = await readBySdk(clientOfPieces(pieces));
      const own = await readBySource(clientOfPieces(pieces));
      expect(own.events).toEqual(sdk.events);
      expect(sdk.error).toBeInstanceOf(Error);
      expect(own.error).toMatchObject({ name: "SluiceError", message: exception.message });
    });
    await fc.assert(property);
  });

  test("law 10: one wrong byte gives an error, and no event but those that the SDK gives", async () => {
    const property = fc.asyncProperty(
      blocks,
      end,
      cuts,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (parts, ending, places, where, wrong) => {
        const frames = [...parts.flat(), ending[0]!];
        const bytes = Buffer.concat(frames);
        const at = where % bytes.length;
        bytes[at]! ^= wrong;
        const pieces = cutBytes([bytes], places);
        const own = await readBySource(clientOfPieces(pieces));
        expect(own.error).toMatchObject({
          code: "upstream_error",
          message: "The model's answer was damaged on its way.",
        });
        // The SDK believes a length before it has verified it, and would ask for gigabytes.
        if (offsetInFrame(frames, at) < 2) return;
        const sdk = await readBySdk(clientOfPieces(pieces));
        expect(sdk.error).toBeInstanceOf(Error);
        expect(own.events).toEqual(sdk.events);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  function offsetInFrame(frames: readonly Uint8Array[], at: number): number {
    let rest = at;
    for (const { length } of frames) {
      if (rest < length) break;
      rest -= length;
    }
    return rest;
  }
});
