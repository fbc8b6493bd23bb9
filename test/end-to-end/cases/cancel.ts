import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import type { MakeProof, ProofDeployment } from "../support/deployment.ts";
import { type WireFrame, isLast, textOf } from "../support/frames.ts";
import { EventStream, type Poll, posted, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";

/** Far longer than any of these tests, unless somebody cancels. */
const LONG = { prompt: "5000 tokens, 10 ms" };

/** Cancel, from wherever it comes (law 6). */
export function describeCancel(make: MakeProof): void {
  describe("law 6: cancel", () => {
    it("from another connection: the model's call is aborted, and every viewer's last frame is the receipt", async () => {
      await using deployment = await make();
      const { emulator, wsUrl, url } = deployment;
      const session = randomUUID();
      const called = emulator.nextCall();
      await using client = await SocketClient.open(`${wsUrl}/proof?session=${session}`);
      client.send({ action: "ask", ...LONG, requestId: "r" });
      const { streamId } = await client.log.first(({ type }) => type === "start");
      await using second = await SocketClient.open(`${wsUrl}/proof`);
      second.send({ action: "resume", streamId });
      await using events = await EventStream.open(`${url}/proof/streams/${streamId}`);
      const polled = pollToEnd(deployment, streamId!);
      const repeated = { "Idempotency-Key": "r", "Sluice-Session": session };
      const waiting = request(`${url}/proof/ask`, posted(LONG, repeated));
      await Promise.all([client, second, events].map(({ log }) => log.first(({ type }) => type === "stream_chunk")));
      await using canceller = await SocketClient.open(`${wsUrl}/proof`);
      canceller.send({ action: "cancel", streamId });
      expect(await (await called).ended).toBe("aborted");

      const frames = await client.log.whole(streamId);
      const text = textOf(frames);
      const last = frames.at(-1)!;
      expect(last).toEqual({
        type: "cancelled",
        streamId,
        offset: last.offset,
        requestId: "r",
        partialLength: text.length,
      });
      expect(numberedText(5000).startsWith(text)).toBe(true);
      const ended = await canceller.log.first(({ type }) => type === "ended");
      expect(ended).toEqual({ type: "ended", streamId, state: "cancelled", requestId: "r" });
      await Promise.all([second.log.whole(streamId), events.ended]);
      const polls = await polled;
      const rest = await waiting;
      expect([rest.status, rest.body["code"]]).toEqual([409, "cancelled"]);
      // Whatever comes after a pong would have come before it.
      for (const viewer of [client, second]) {
        viewer.send({ action: "ping" });
        await viewer.log.first(({ type }) => type === "pong");
      }
      const viewers = [client.frames, second.frames, events.frames, polls].map((seen) =>
        seen.filter(ofStream(streamId!)),
      );
      for (const seen of viewers)
        expect([textOf(seen), seen.at(-1), seen.filter(isLast).length]).toEqual([text, last, 1]);
    });

    it("by request id before the client knows the stream", async () => {
      await using deployment = await make();
      const session = randomUUID();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof?session=${session}`);
      await using canceller = await SocketClient.open(`${deployment.wsUrl}/proof?session=${session}`);
      client.send({ action: "ask", ...LONG, requestId: "r" });
      canceller.send({ action: "cancel", requestId: "r" });
      const frames = await client.log.whole();
      expect([frames[0]!.type, frames.at(-1)!.type]).toEqual(["start", "cancelled"]);
      for (const call of deployment.emulator.calls) expect(await call.ended).toBe("aborted");
    });

    it("before the run has begun: it writes start and cancelled, and calls nothing upstream; elsewhere it means nothing", async () => {
      await using deployment = await make();
      const session = randomUUID();
      await using canceller = await SocketClient.open(`${deployment.wsUrl}/proof?session=${session}`);
      canceller.send({ action: "cancel", requestId: "early" });
      canceller.send({ action: "ping" });
      await canceller.log.first(({ type }) => type === "pong");
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof?session=${session}`);
      client.send({ action: "ask", ...LONG, requestId: "early" });
      const frames = await client.log.whole();
      expect(frames.map(({ type, partialLength }) => [type, partialLength])).toEqual([
        ["start", undefined],
        ["cancelled", 0],
      ]);
      expect(deployment.emulator.calls).toEqual([]);
      await using stranger = await SocketClient.open(`${deployment.wsUrl}/proof?session=${randomUUID()}`);
      stranger.send({ action: "ask", prompt: "3 tokens", requestId: "early" });
      expect((await stranger.log.whole()).at(-1)!.type).toBe("stream_complete");
    });

    it("over HTTP: 202 while it runs, 200 where it has ended, with the state; what has ended stays as it is", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const called = deployment.emulator.nextCall();
      client.send({ action: "ask", ...LONG });
      const { streamId } = await client.log.first(({ type }) => type === "stream_chunk");
      const at = `${deployment.url}/proof/streams/${streamId}`;
      const cancelled = await request(`${at}/cancel`, { method: "POST" });
      expect([cancelled.status, cancelled.body.streamId]).toEqual([202, streamId]);
      expect(await (await called).ended).toBe("aborted");
      const frames = await client.log.whole(streamId);
      const again = await request(`${at}/cancel`, { method: "POST" });
      expect([again.status, again.body["state"], again.body["text"]]).toEqual([200, "cancelled", textOf(frames)]);
      client.send({ action: "ask", prompt: "3 tokens", requestId: "done" });
      const done = await client.log.first(({ type }) => type === "stream_complete");
      client.send({ action: "cancel", streamId: done.streamId });
      const ended = await client.log.first(({ type }) => type === "ended");
      expect(ended).toEqual({ type: "ended", streamId: done.streamId, state: "complete", requestId: "done" });
      const late = await request(`${deployment.url}/proof/streams/${done.streamId}/cancel`, { method: "POST" });
      expect([late.status, late.body["state"]]).toEqual([200, "complete"]);
    });

    it("erasing a stream that runs cancels it first: the model's call is aborted, its viewers are told, nothing is left", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const called = deployment.emulator.nextCall();
      client.send({ action: "ask", ...LONG });
      const { streamId } = await client.log.first(({ type }) => type === "stream_chunk");
      const at = `${deployment.url}/proof/streams/${streamId}`;
      expect((await request(at, { method: "DELETE" })).status).toBe(204);
      expect(await (await called).ended).toBe("aborted");
      const told = ({ type }: WireFrame): boolean => type === "cancelled" || type === "error";
      expect((await client.log.first(told))["type"]).toBe("cancelled");
      expect((await request(at)).status).toBe(410);
      client.send({ action: "streams" });
      expect((await client.log.first(({ type }) => type === "streams"))["items"]).toEqual([]);
    });

    it("reaches the model within 100 ms (the best of five)", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const delays: number[] = [];
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const called = deployment.emulator.nextCall();
        client.send({ action: "ask", ...LONG, requestId: String(attempt) });
        const call = await called;
        const mine = ({ type, requestId }: WireFrame): boolean =>
          type === "stream_chunk" && requestId === String(attempt);
        await client.log.first(mine);
        const asked = Date.now();
        client.send({ action: "cancel", requestId: String(attempt) });
        await call.ended;
        delays.push(call.abortedAt! - asked);
      }
      process.stdout.write(`cancel to abort: ${delays.join(", ")} ms\n`);
      expect(Math.min(...delays)).toBeLessThan(100);
    });
  });
}

function ofStream(id: string): (frame: WireFrame) => boolean {
  return ({ streamId, offset }) => streamId === id && offset !== undefined;
}

async function pollToEnd({ url }: ProofDeployment, streamId: string): Promise<WireFrame[]> {
  const frames: WireFrame[] = [];
  let poll: Poll = { frames: [], offset: "", state: "running" };
  while (poll.state === "running") {
    const at = `${url}/proof/streams/${streamId}?wait=25&offset=${poll.offset}`;
    poll = (await request(at)).body as unknown as Poll;
    frames.push(...poll.frames);
  }
  expect(poll.state).toBe("cancelled");
  return frames;
}
