import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp1 } from "node:http";
import { connect, constants } from "node:http2";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type BedrockEmulator,
  type Fault,
  type FaultPlace,
  type FaultPlan,
  FLAT_OUT,
  startBedrockEmulator,
} from "../../src/emulator/bedrock/index.ts";
import { FRAME, type Http2Frame, recordFrames } from "./http2-frames.ts";

const TEXT = "One two three four five six.";

/** An emulator whose stand-in knows nothing of faults. */
async function start(faults?: FaultPlan): Promise<BedrockEmulator> {
  const emulator = await startBedrockEmulator({
    pace: FLAT_OUT,
    fallback: () => TEXT,
    ...(faults !== undefined && { faults }),
  });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** What a client sees on the wire, without an SDK that makes something of it. */
interface Seen {
  readonly status?: number;
  readonly errorType?: string;
  readonly bytes: Buffer;
  /** Whether the response ended as a whole one does. */
  readonly complete: boolean;
}

interface Asking {
  readonly operation?: "converse" | "converse-stream";
  /** Says, once the headers are here and with each piece, whether the client has had enough and goes away. */
  readonly enough?: (bytes: Buffer) => boolean;
}

const BODY = JSON.stringify({ messages: [{ role: "user", content: [{ text: "Hello" }] }] });

async function overHttp2(
  { url }: { url: string },
  { operation = "converse-stream", enough }: Asking = {},
): Promise<Seen> {
  const session = connect(url).on("error", () => {});
  const stream = session.request({ ":method": "POST", ":path": `/model/m/${operation}` }).on("error", () => {});
  let bytes: Buffer = Buffer.alloc(0);
  let headers: IncomingHttpHeaders & { ":status"?: number | undefined } = {};
  const look = (): void => {
    if (enough?.(bytes) === true) stream.close(constants.NGHTTP2_CANCEL);
  };
  stream.on("response", (got) => {
    headers = got;
    look();
  });
  stream.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    look();
  });
  stream.end(BODY);
  await new Promise<void>((resolve) => stream.on("close", resolve));
  session.destroy();
  return { ...statusOf(headers[":status"], headers), bytes, complete: stream.rstCode === 0 };
}

async function overHttp1(
  { url }: { url: string },
  { operation = "converse-stream", enough }: Asking = {},
): Promise<Seen> {
  const request = requestHttp1(`${url}/model/m/${operation}`, { method: "POST", agent: false });
  let response: IncomingMessage | undefined;
  let bytes: Buffer = Buffer.alloc(0);
  const look = (): void => {
    if (enough?.(bytes) === true) request.destroy();
  };
  request.on("error", () => {});
  request.on("response", (got) => {
    response = got.on("error", () => {});
    response.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      look();
    });
    look();
  });
  request.end(BODY);
  await new Promise<void>((resolve) => request.on("close", resolve));
  const { statusCode, headers = {}, complete = false } = response ?? {};
  return { ...statusOf(statusCode, headers), bytes, complete };
}

function statusOf(status: number | undefined, headers: IncomingHttpHeaders): Pick<Seen, "status" | "errorType"> {
  const errorType = headers["x-amzn-errortype"];
  return { ...(status !== undefined && { status }), ...(typeof errorType === "string" && { errorType }) };
}

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** The whole frames in these bytes, each as its kind and its text; `broken` for one that does not decode. */
function framesIn(bytes: Buffer): { kinds: string[]; text: string; rest: number } {
  const kinds: string[] = [];
  let text = "";
  let at = 0;
  while (bytes.byteLength - at >= 4 && at + bytes.readUInt32BE(at) <= bytes.byteLength) {
    const frame = bytes.subarray(at, at + bytes.readUInt32BE(at));
    at += frame.byteLength;
    try {
      const { headers, body } = codec.decode(frame);
      const kind = headers[":event-type"] ?? headers[":exception-type"] ?? headers[":error-code"];
      kinds.push(String(kind?.value));
      if (kind?.value === "contentBlockDelta") text += JSON.parse(toUtf8(body)).delta.text;
    } catch {
      kinds.push("broken");
    }
  }
  return { kinds, text, rest: bytes.byteLength - at };
}

describe("HTTP/2, frame by frame", () => {
  async function framesOf(fault: Fault, at: FaultPlace = 3): Promise<readonly Http2Frame[]> {
    const emulator = await start({ fault, at });
    const recorder = await recordFrames(emulator.port);
    onTestFinished(() => recorder[Symbol.asyncDispose]());
    await overHttp2(recorder);
    return recorder.frames;
  }

  function textOf(frames: readonly Http2Frame[]): string {
    const data = frames.filter(({ type }) => type === FRAME.data);
    return framesIn(Buffer.concat(data.map(({ payload }) => payload))).text;
  }

  test.each([
    ["cut", constants.NGHTTP2_NO_ERROR],
    ["cut-cancel", constants.NGHTTP2_CANCEL],
    ["cut-internal", constants.NGHTTP2_INTERNAL_ERROR],
  ] as const)("%s is RST_STREAM with code %i, after what was sent and without END_STREAM", async (fault, code) => {
    const frames = await framesOf(fault);
    const resets = frames.filter(({ type }) => type === FRAME.resetStream);
    expect(resets.map(({ payload }) => payload.readUInt32BE(0))).toEqual([code]);
    expect(frames.some(({ endsStream }) => endsStream)).toBe(false);
    expect(textOf(frames)).toBe("One two three");
  });

  test.each(["cut", "cut-cancel", "cut-internal"] as const)("%s before the headers sends none", async (fault) => {
    const types = (await framesOf(fault, "request")).map(({ type }) => type);
    expect(types).toContain(FRAME.resetStream);
    expect(types).not.toContain(FRAME.headers);
    expect(types).not.toContain(FRAME.data);
  });

  test("goaway is GOAWAY with NO_ERROR, then the end of the connection", async () => {
    const frames = await framesOf("goaway");
    const goaway = frames.find(({ type }) => type === FRAME.goaway);
    expect(goaway?.payload.readUInt32BE(4)).toBe(constants.NGHTTP2_NO_ERROR);
    expect(frames.some(({ endsStream }) => endsStream)).toBe(false);
    expect(textOf(frames)).toBe("One two three");
  });

  test.each(["socket", "reset"] as const)("%s breaks the connection without a word", async (fault) => {
    const frames = await framesOf(fault);
    const types = frames.map(({ type }) => type);
    expect(types).not.toContain(FRAME.resetStream);
    expect(types).not.toContain(FRAME.goaway);
    expect(frames.some(({ endsStream }) => endsStream)).toBe(false);
  });

  test("session ends the session, and the answer has no end mark", async () => {
    const frames = await framesOf("session");
    expect("One two three".startsWith(textOf(frames))).toBe(true);
  });

  test("end is END_STREAM", async () => {
    const frames = await framesOf("end");
    expect(frames.findLast(({ type }) => type === FRAME.data)).toMatchObject({ endsStream: true });
    expect(textOf(frames)).toBe("One two three");
  });
});

describe("HTTP/1.1", () => {
  const breaks = ["cut", "cut-cancel", "cut-internal", "goaway", "session", "socket", "reset"] as const;
  test.each(breaks)("%s ends the body without its last chunk", async (fault) => {
    const seen = await overHttp1(await start({ fault, at: 3 }));
    expect(seen.complete).toBe(false);
    expect("One two three".startsWith(framesIn(seen.bytes).text)).toBe(true);
  });

  test("end ends the body as if all were well", async () => {
    const seen = await overHttp1(await start({ fault: "end", at: 3 }));
    expect(seen.complete).toBe(true);
    expect(framesIn(seen.bytes)).toMatchObject({ text: "One two three", rest: 0 });
    expect(framesIn(seen.bytes).kinds).not.toContain("messageStop");
  });
});

describe.each([
  ["HTTP/2", overHttp2],
  ["HTTP/1.1", overHttp1],
] as const)("over %s", (_protocol, see) => {
  test("half-frame leaves bytes that are no frame", async () => {
    const { text, rest } = framesIn((await see(await start({ fault: "half-frame", at: 1 }))).bytes);
    expect(text).toBe("One");
    expect(rest).toBeGreaterThan(0);
  });

  test("bad-checksum sends a frame that does not decode, and then nothing until the client goes away", async () => {
    const emulator = await start({ fault: "bad-checksum", at: 1 });
    const seen = await see(emulator, { enough: (bytes) => framesIn(bytes).kinds.includes("broken") });
    expect(framesIn(seen.bytes).kinds).toEqual(["messageStart", "contentBlockDelta", "broken"]);
    expect(await emulator.calls[0]?.ended).toBe("aborted");
  });

  const told: [Fault, string][] = [
    [{ exception: "throttlingException" }, "throttlingException"],
    [{ exception: "ThrottlingException" }, "throttlingException"],
    [{ exception: "ModelErrorException" }, "modelStreamErrorException"],
    [{ exception: "AccessDeniedException" }, "internalServerException"],
    [{ error: "InternalFailure" }, "InternalFailure"],
  ];
  test.each(told)("%j in the stream is its last frame", async (fault, kind) => {
    const { kinds } = framesIn((await see(await start({ fault, at: 0 }))).bytes);
    expect(kinds).toEqual(["messageStart", kind]);
  });

  test("an exception before the headers is a status, by either of its names", async () => {
    const emulator = await start([
      { fault: { exception: "throttlingException", message: "Slow down." } },
      { fault: { exception: "AccessDeniedException" } },
    ]);
    const first = await see(emulator);
    expect(first).toMatchObject({ status: 429, errorType: "ThrottlingException" });
    expect(JSON.parse(first.bytes.toString())).toEqual({ message: "Slow down." });
    expect(await see(emulator)).toMatchObject({ status: 403, errorType: "AccessDeniedException" });
    expect(emulator.calls.map(({ fault }) => fault)).toEqual([
      { exception: "throttlingException", message: "Slow down." },
      { exception: "AccessDeniedException" },
    ]);
  });

  test("at the close all of the text is there, and the end mark is not; so it is where an answer is too short", async () => {
    const emulator = await start([
      { fault: "end", at: "close" },
      { fault: "end", at: 1000 },
    ]);
    for (let turn = 0; turn < 2; turn += 1) {
      const { kinds, text } = framesIn((await see(emulator)).bytes);
      expect(text).toBe(TEXT);
      expect(kinds.at(-1)).toBe("contentBlockStop");
    }
  });

  test("a document fails, too", async () => {
    const emulator = await start([
      { fault: { exception: "ModelNotReadyException" }, at: "headers" },
      { fault: { error: "InternalFailure" }, at: 2 },
      { fault: "cut", at: 2 },
      { fault: "end", at: 2 },
    ]);
    expect(await see(emulator, { operation: "converse" })).toMatchObject({
      status: 429,
      errorType: "ModelNotReadyException",
    });
    expect(await see(emulator, { operation: "converse" })).toMatchObject({
      status: 500,
      errorType: "InternalServerException",
    });
    expect((await see(emulator, { operation: "converse" })).bytes).toHaveLength(0);
    expect(await see(emulator, { operation: "converse" })).toMatchObject({ status: 200, bytes: Buffer.alloc(0) });
    expect(JSON.parse((await see(emulator, { operation: "converse" })).bytes.toString())).toMatchObject({
      stopReason: "end_turn",
    });
  });

  test("stall sends nothing more, before the headers and after them", async () => {
    const emulator = await start([{ fault: "stall", at: "headers" }, { fault: "stall" }]);
    expect(await see(emulator, { enough: () => true })).toMatchObject({ status: 200, bytes: Buffer.alloc(0) });
    expect(await emulator.calls[0]?.ended).toBe("aborted");
    const nextCall = emulator.nextCall();
    const seen = see(emulator);
    await vi.waitUntil(async () => (await nextCall).fault === "stall", { interval: 1 });
    await emulator.close();
    expect((await seen).status).toBeUndefined();
    expect(await emulator.calls[1]?.ended).toBe("aborted");
  });
});
