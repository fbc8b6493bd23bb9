import { describe, expect, it } from "vitest";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import type { MakeProof } from "../support/deployment.ts";
import { type WireFrame, disorder, textOf } from "../support/frames.ts";
import { EventStream, posted, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";

const KB = 1024;
const MANY = { count: 1000, padding: 300, burst: 20 };
const ONE = { count: 1, padding: 200 * KB };

/** Answers and requests that do not fit into one frame. */
export function describeLarge(make: MakeProof): void {
  describe("large answers and requests", () => {
    it.each([
      ["an answer of 300 KB", MANY],
      ["a token of 200 KB", ONE],
    ])(
      "%s: no frame above 128 KB; the last one has its text empty and names where the whole is",
      async (_name, input) => {
        await using deployment = await make();
        const text = numberedText(input.count, input.padding);
        await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
        const sizes: number[] = [];
        client.ws.on("message", (data: Buffer) => sizes.push(data.length));
        client.send({ action: "tokens", ...input });
        const frames = await client.log.whole();
        expect(Math.max(...sizes)).toBeLessThanOrEqual(128 * KB);
        await expectWhole(deployment.url, frames, text);
        await using events = await EventStream.open(`${deployment.url}/proof/tokens`, posted(input));
        await events.ended;
        const lines = events.raw.split("\n").filter((line) => line.startsWith("data: "));
        expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(
          128 * KB + "data: ".length,
        );
        await expectWhole(deployment.url, events.frames, text);
        const whole = await request(`${deployment.url}/proof/tokens`, posted(input));
        expect(whole.body["fullContent"] === text).toBe(true);
        expect(whole.body["href"]).toBeUndefined();
      },
    );

    it("a request above 32 KB goes by HTTP and is followed on the WebSocket", async () => {
      await using deployment = await make();
      const text = "x".repeat(500 * KB);
      const accepted = await request(`${deployment.url}/proof/measure`, posted({ text }, { Prefer: "respond-async" }));
      expect(accepted.status).toBe(202);
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      client.send({ action: "resume", streamId: accepted.body.streamId });
      expect((await client.log.whole()).at(-1)!["result"]).toEqual({ length: text.length });
    });
  });
}

async function expectWhole(url: string, frames: readonly WireFrame[], text: string): Promise<void> {
  expect(disorder(frames)).toEqual([]);
  expect(textOf(frames) === text).toBe(true);
  const last = frames.at(-1)!;
  expect(last).toMatchObject({ type: "stream_complete", fullContent: "", href: `/proof/streams/${last.streamId}` });
  const state = await request(url + (last["href"] as string), { headers: { Accept: "application/json" } });
  expect(state.body["state"]).toBe("complete");
  expect(state.body["text"] === text).toBe(true);
}
