import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import { type MakeProof, type Exempt, caseOf } from "../support/deployment.ts";
import { type WireFrame, placeOf, textOf } from "../support/frames.ts";
import { SocketClient } from "../support/socket-client.ts";

const KB = 1024;

/** What a client may send on a WebSocket, and the code of the answer. */
const MESSAGES: readonly (readonly [name: string, message: string | object, code: string])[] = [
  ["broken JSON", '{"action":', "bad_request"],
  ["an empty message", "", "bad_request"],
  ["an array", "[]", "bad_request"],
  ["null", "null", "bad_request"],
  ["a number", "42", "bad_request"],
  ["a string", '"tokens"', "bad_request"],
  ["ten thousand brackets", "[".repeat(10_000), "bad_request"],
  ["no action", {}, "bad_request"],
  ["an action that is a number", { action: 5 }, "bad_request"],
  ["an action that is null", { action: null }, "bad_request"],
  ["an action that is an object", { action: { tokens: 1 } }, "bad_request"],
  ["an action in the prototype", '{"__proto__":{"action":"tokens","count":1}}', "bad_request"],
  ["an empty action", { action: "" }, "unknown_action"],
  ["an unknown action", { action: "nope" }, "unknown_action"],
  ["$connect by hand", { action: "$connect" }, "unknown_action"],
  ["$disconnect by hand", { action: "$disconnect" }, "unknown_action"],
  ["$default by hand", { action: "$default" }, "unknown_action"],
  ["__proto__", { action: "__proto__" }, "unknown_action"],
  ["constructor", { action: "constructor" }, "unknown_action"],
  ["toString", { action: "toString" }, "unknown_action"],
  ["input that is missing", { action: "tokens" }, "bad_request"],
  ["input of the wrong type", { action: "tokens", count: "many" }, "bad_request"],
  ["a requestId that is a number", { action: "tokens", count: 1, requestId: 5 }, "bad_request"],
  ["a requestId of 129 characters", { action: "tokens", count: 1, requestId: "r".repeat(129) }, "bad_request"],
  ["a resume of nothing", { action: "resume" }, "bad_request"],
  ["a resume of a number", { action: "resume", streamId: 5 }, "bad_request"],
  ["a resume of an unknown stream", { action: "resume", streamId: "unknown" }, "not_found"],
  ["a resume of __proto__", { action: "resume", streamId: "__proto__" }, "not_found"],
  ["a cancel of nothing", { action: "cancel" }, "bad_request"],
  ["a cancel of an unknown stream", { action: "cancel", streamId: "unknown" }, "not_found"],
  ["a list of an unknown state", { action: "streams", state: "odd" }, "bad_request"],
  ["a list with a forged cursor", { action: "streams", cursor: "forged" }, "bad_request"],
  ["a token that nobody issued", { action: "authenticate", token: "forged" }, "unauthorized"],
];

/** Offsets that a stream never gave whose last epoch this is, and texts that are none. */
const offsetsAfter = (epoch: number): readonly (readonly [offset: unknown, code: string])[] => [
  ...["x", "1", "1-", "-1", "01-1", "1-01", "1-1-1", " 1-1", "0-0", "1-1e0", "1--1", 5, {}, []].map(
    (offset) => [offset, "bad_request"] as const,
  ),
  ...["1-5000", `${epoch + 1}-0`, `${epoch + 1}-3`, "9-1", "1-999999999"].map(
    (offset) => [offset, "stream_gone"] as const,
  ),
];

/** Bad input over the WebSocket gets a clear error and does no harm (law 11). */
export function describeBadMessages(make: MakeProof, exempt: Exempt = {}): void {
  describe("law 11: bad messages", () => {
    it("each gets an error with its code, and the connection goes on", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      for (const [name, message, code] of MESSAGES) {
        const answer = await answerTo(client, message);
        expect([name, answer.type, answer["code"], answer.offset]).toEqual([name, "error", code, undefined]);
        expect(typeof answer["message"], name).toBe("string");
        const asked = typeof message === "object" && "streamId" in message ? message.streamId : undefined;
        expect(answer.streamId, name).toBe(typeof asked === "string" ? asked : undefined);
      }
      client.send({ action: "tokens", count: 5 });
      expect(textOf(await client.log.whole())).toBe(numberedText(5));
    });

    it("malformed and forged offsets are told, with the stream's id and without an offset", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      client.send({ action: "tokens", count: 5 });
      const frames = await client.log.whole();
      const [start] = frames;
      for (const [offset, code] of offsetsAfter(placeOf(frames.at(-1)!).epoch)) {
        const answer = await answerTo(client, { action: "resume", streamId: start!.streamId, offset });
        const { type, code: told, streamId } = answer;
        expect([offset, type, told, streamId, answer.offset]).toEqual([
          offset,
          "error",
          code,
          start!.streamId,
          undefined,
        ]);
      }
    });

    it("any string of up to 128 characters is a requestId, and comes back as it is", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const ids = ["r".repeat(128), '"\\\n\r\t\0\u2028', "😀".repeat(64), "__proto__", "1", " ", "\ud800", "é"];
      for (const requestId of ids) {
        const before = client.frames.length;
        client.send({ action: "tokens", count: 3, requestId });
        const whole = (): WireFrame[] | undefined =>
          client.frames.at(-1)?.type === "stream_complete" && client.frames.length > before
            ? client.frames.slice(before)
            : undefined;
        const frames = await client.log.when(whole, JSON.stringify(requestId));
        expect(frames.map((frame) => frame.requestId)).toEqual(frames.map(() => requestId));
        expect(textOf(frames)).toBe(numberedText(3));
      }
    });

    it.each<readonly [string, number, (client: SocketClient) => void]>([
      ["a frame of 33 KB", 1009, (client) => client.send(sized(33 * KB))],
      ["130 KB in fragments of 30 KB", 1009, (client) => client.sendInFragments(sized(130 * KB), 30 * KB)],
      ["a binary frame", 1003, (client) => client.ws.send(Buffer.from('{"action":"ping"}'), { binary: true })],
      ["text that is no UTF-8", 1007, (client) => client.ws.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false })],
    ])("%s closes with %i; its runs go on, and nobody else notices", async (_name, code, send) => {
      await using deployment = await make();
      await using other = await SocketClient.open(`${deployment.wsUrl}/proof`);
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      for (const each of [other, client]) each.send({ action: "tokens", count: 60, everyMs: 5 });
      const { streamId } = await client.log.first(({ type }) => type === "stream_chunk");
      await other.log.first(({ type }) => type === "stream_chunk");
      send(client);
      expect((await client.closed).code).toBe(code);
      expect(textOf(await other.log.whole())).toBe(numberedText(60));
      await using again = await SocketClient.open(`${deployment.wsUrl}/proof`);
      again.send({ action: "resume", streamId });
      expect(textOf(await again.log.whole(streamId))).toBe(numberedText(60));
    });

    caseOf(it, exempt, "a flood of messages is answered whole and in order", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const ids = Array.from({ length: 3000 }, (_, index) => `flood-${index}`);
      for (const requestId of ids) client.send({ action: "nope", requestId });
      const answers = await client.log.when(
        () => (client.frames.length === ids.length ? client.frames : undefined),
        "all",
      );
      expect(answers.map(({ requestId }) => requestId)).toEqual(ids);
      client.send({ action: "tokens", count: 5 });
      expect(textOf(await client.log.whole())).toBe(numberedText(5));
    });

    it("a message that comes in one packet with the handshake, or half of it, is answered", async () => {
      await using deployment = await make();
      const frame = maskedFrame(JSON.stringify({ action: "ping" }));
      for (const early of [frame.length, 3, 1]) {
        const socket = connect(deployment.port, "127.0.0.1");
        socket.write(Buffer.concat([handshake(deployment.port), frame.subarray(0, early)]));
        let received = "";
        for await (const bytes of socket as AsyncIterable<Buffer>) {
          received += bytes.toString("latin1");
          if (received.includes("\r\n\r\n") && early < frame.length) socket.write(frame.subarray(early));
          if (received.includes("pong")) break;
        }
        expect(received).toMatch(/^HTTP\/1\.1 101 [^]*\{"type":"pong"\}$/);
      }
    });

    it.each<readonly [string, number, number]>([
      ["32 KB in one frame", 32 * KB, 32 * KB],
      ["100 KB in fragments of 30 KB", 100 * KB, 30 * KB],
      ["128 KB in fragments of 32 KB", 128 * KB, 32 * KB],
    ])("%s is fine", async (_name, bytes, fragment) => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const text = sized(bytes);
      client.sendInFragments(text, fragment);
      const last = (await client.log.whole()).at(-1)!;
      expect(last["result"]).toEqual({ length: (JSON.parse(text) as { text: string }).text.length });
    });
  });
}

/** The next frame that answers this message; a ping behind it proves that there is one, and that the connection goes on. */
async function answerTo(client: SocketClient, message: string | object): Promise<WireFrame> {
  const before = client.frames.length;
  const fresh = (): WireFrame[] => client.frames.slice(before);
  const what = `the answer to ${JSON.stringify(message).slice(0, 100)}`;
  client.send(message);
  await client.log.when(() => (fresh().length > 0 ? true : undefined), what);
  client.send({ action: "ping" });
  const answers = await client.log.when(() => (fresh().at(-1)?.type === "pong" ? fresh() : undefined), what);
  expect([message, answers.length]).toEqual([message, 2]);
  return answers[0]!;
}

/** A good message of exactly so many bytes. */
function sized(bytes: number): string {
  const empty = JSON.stringify({ action: "measure", text: "" });
  return JSON.stringify({ action: "measure", text: "x".repeat(bytes - empty.length) });
}

/** A WebSocket handshake for the proof app, as bytes. */
function handshake(port: number): Buffer {
  const lines = ["GET /proof HTTP/1.1", `Host: 127.0.0.1:${port}`, "Connection: Upgrade", "Upgrade: websocket"];
  lines.push("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "", "");
  return Buffer.from(lines.join("\r\n"));
}

/** A short text as a client's frame (RFC 6455 section 5.2), with a mask of zeros. */
function maskedFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
