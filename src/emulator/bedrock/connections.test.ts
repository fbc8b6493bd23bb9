import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";
import { type BedrockRuntimeClient, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  collect,
  connectedClient,
  PROTOCOLS,
  say,
  startEmulator as start,
  textIn,
} from "../../../test/support/bedrock.ts";
import { type BedrockEmulator, lastUserText } from "./index.ts";

describe.each(PROTOCOLS)("calls and clients over %s", (protocol) => {
  const clientOf = (emulator: BedrockEmulator): BedrockRuntimeClient => connectedClient(emulator, protocol);

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
