import { expect, test } from "vitest";
import { status } from "../protocol/events.ts";
import type { ModelRequest } from "../source.ts";
import { iterable } from "./iterable.ts";

function request(signal: AbortSignal = new AbortController().signal): ModelRequest {
  return { messages: [{ role: "user", content: "Hello" }], signal };
}

test("M1: texts become text-deltas, events pass through, the whole text is returned", async () => {
  const usage = { inputTokens: 1, outputTokens: 2 };
  const source = iterable(
    async function* ({ messages }) {
      yield status("Thinking");
      yield `${messages[0]?.content}, `;
      yield { type: "text-delta", text: "you." };
      yield { type: "usage", ...usage };
    },
    { modelId: "echo" },
  );
  const stream = source.stream(request());
  const values: unknown[] = [];
  for (let next = await stream.next(); ; next = await stream.next()) {
    values.push(next.value);
    if (next.done === true) break;
  }
  expect(values).toEqual([
    { type: "status", text: "Thinking" },
    { type: "text-delta", text: "Hello, " },
    { type: "text-delta", text: "you." },
    { type: "usage", ...usage },
    { text: "Hello, you.", modelId: "echo", stopReason: "end_turn", usage },
  ]);
});

test("M1: a plain list will do", async () => {
  const stream = iterable(() => ["a", "b"]).stream(request());
  await stream.next();
  await stream.next();
  expect(await stream.next()).toEqual({
    done: true,
    value: { text: "ab", modelId: "iterable", stopReason: "end_turn" },
  });
});

test("M3: an abort throws its reason and leaves the iterable", async () => {
  const left = Promise.withResolvers<void>();
  const controller = new AbortController();
  const source = iterable(function* () {
    try {
      for (;;) yield "more ";
    } finally {
      left.resolve();
    }
  });
  const stream = source.stream(request(controller.signal));
  await stream.next();
  controller.abort(new Error("cancelled"));
  await expect(stream.next()).rejects.toBe(controller.signal.reason);
  await left.promise;
});

test("M3: an abort is told at once even where the iterable hangs", async () => {
  const controller = new AbortController();
  const source = iterable(async function* () {
    yield "a";
    await new Promise(() => {});
  });
  const stream = source.stream(request(controller.signal));
  await stream.next();
  const next = stream.next();
  controller.abort();
  await expect(next).rejects.toBe(controller.signal.reason);
});

test("M3: return in the middle leaves the iterable", async () => {
  const left = Promise.withResolvers<void>();
  const source = iterable(async function* () {
    try {
      yield "a";
      yield "b";
    } finally {
      left.resolve();
    }
  });
  const stream = source.stream(request());
  await stream.next();
  await stream.return({ text: "", modelId: "", stopReason: "" });
  await left.promise;
});

test("M3: with a signal that has fired already nothing is made", async () => {
  let made = false;
  const source = iterable(() => {
    made = true;
    return [];
  });
  const signal = AbortSignal.abort();
  await expect(source.stream(request(signal)).next()).rejects.toBe(signal.reason);
  expect(made).toBe(false);
});

test("M7: what the iterable throws passes through", async () => {
  const error = new Error("broken");
  const source = iterable(function* () {
    yield "a";
    throw error;
  });
  const stream = source.stream(request());
  await stream.next();
  await expect(stream.next()).rejects.toBe(error);
});
