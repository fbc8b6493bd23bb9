import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { clientOf, clientOfPieces, event, frame, readBySource } from "../../../test/support/canned-answers.ts";
import type { ProgressEvent } from "../../protocol/events.ts";
import { bedrock } from "../bedrock.ts";

const text = (fragment: string): Uint8Array =>
  event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: fragment } });
const stop = event("messageStop", { stopReason: "end_turn" });
const usage = event("metadata", { usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 } });

describe("a client with a request handler of the user's own", () => {
  function lengthOf(value: unknown): number {
    const texts = (value as readonly ProgressEvent[]).map((event) => (event.type === "text-delta" ? event.text : ""));
    return texts.join("").length;
  }

  test("M1: a web stream will do", async () => {
    const whole = Buffer.concat([text("Hi"), stop, usage]);
    const body = (): unknown => new Blob([whole]).stream();
    expect((await readBySource(clientOf({ body }))).answer).toMatchObject({ text: "Hi", usage: { outputTokens: 2 } });
  });

  test("M1: the events of one piece come as one array", async () => {
    const body = new Readable({ read() {} });
    const client = clientOf({ body: () => body });
    const stream = bedrock({ modelId: "m", client }).stream({ messages: [], signal: new AbortController().signal });
    body.push(Buffer.concat([text("A"), text("B")]));
    expect((await stream.next()).value).toMatchObject([{ text: "A" }, { text: "B" }]);
    body.push(text("C"));
    expect((await stream.next()).value).toMatchObject([{ text: "C" }]);
    await stream.return({ text: "", modelId: "", stopReason: "" });
    expect(body.destroyed).toBe(true);
  });

  test("M1: a reader that asks for nothing holds the sender up", async () => {
    const piece = Buffer.concat(Array.from({ length: 100 }, () => text("x".repeat(100))));
    let sent = 0;
    const body = Readable.from(
      (function* () {
        for (; sent < 1000; sent += 1) yield piece;
        yield stop;
      })(),
    );
    const stream = bedrock({ modelId: "m", client: clientOf({ body: () => body }) }).stream({
      messages: [],
      signal: new AbortController().signal,
    });
    let length = lengthOf((await stream.next()).value);
    while (!body.isPaused()) await new Promise(setImmediate);
    expect(sent * piece.length).toBeLessThan(256 * 1024);
    for (let next = await stream.next(); next.done !== true; next = await stream.next()) length += lengthOf(next.value);
    expect(length).toBe(1000 * 100 * 100);
  });

  test("M7: a page in place of a stream is upstream_error", async () => {
    const headers = { "content-type": "text/html" };
    const body = (): unknown => Readable.from([Buffer.from("<html>Please log in</html>")]);
    expect((await readBySource(clientOf({ body, headers }))).error).toMatchObject({ code: "upstream_error" });
  });

  async function* broken(error: Error, ...frames: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    yield* frames;
    await new Promise(setImmediate);
    throw error;
  }

  test("M2: a connection that breaks after the end mark costs the usage only", async () => {
    const reset = Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    const client = clientOf({ body: () => Readable.from(broken(reset, text("Hi"), stop)) });
    expect((await readBySource(client)).answer).toEqual({ text: "Hi", modelId: "m", stopReason: "end_turn" });
  });

  test("M2: a message that is damaged after the end mark costs the usage only", async () => {
    const damaged = Uint8Array.from(usage).fill(0, 20, 24);
    expect((await readBySource(clientOfPieces([text("Hi"), stop, damaged]))).answer).toEqual({
      text: "Hi",
      modelId: "m",
      stopReason: "end_turn",
    });
  });

  test("M7: an error that the provider tells after the end mark is thrown", async () => {
    const told = frame("error", "InternalFailure", "", { ":error-message": { type: "string", value: "It broke." } });
    expect((await readBySource(clientOfPieces([text("Hi"), stop, told]))).error).toMatchObject({
      code: "upstream_error",
      message: "It broke.",
    });
  });

  test("M2: a response that is closed before it is read is upstream_truncated", async () => {
    const body = (): unknown => new Readable({ read() {} }).destroy();
    expect((await readBySource(clientOf({ body }))).error).toMatchObject({ code: "upstream_truncated" });
  });

  test("M3: a request handler that ignores the signal does not keep the answer", async () => {
    const body = new Readable({ read() {} });
    const controller = new AbortController();
    const stream = bedrock({ modelId: "m", client: clientOf({ body: () => body }) }).stream({
      messages: [],
      signal: controller.signal,
    });
    const reading = new Promise<void>((begun) => body.once("resume", begun));
    const next = stream.next();
    await reading;
    controller.abort(new Error("cancelled"));
    await expect(next).rejects.toBe(controller.signal.reason);
    expect(body.destroyed).toBe(true);
  });

  test("M7: what the provider refuses is still the SDK's to read", async () => {
    const headers = { "content-type": "application/json", "x-amzn-errortype": "ThrottlingException" };
    const body = (): unknown => Readable.from([Buffer.from('{"message":"Slow down."}')]);
    const { error } = await readBySource(clientOf({ body, headers, status: 429 }));
    expect(error).toMatchObject({ code: "upstream_throttled", message: "Slow down." });
  });
});
