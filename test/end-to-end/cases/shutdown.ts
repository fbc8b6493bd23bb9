import { describe, expect, it } from "vitest";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import type { MakeProofProcess } from "../support/deployment.ts";
import { PATIENCE_MS, placeOf, textOf } from "../support/frames.ts";
import { EventStream, type JsonAnswer, posted, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";

const CLOSE_RESTART = 1012;

/** A polite end: nothing new, time for what runs, everybody told (laws 5 and 6). */
export function describeShutdown(make: MakeProofProcess): void {
  describe("SIGTERM", () => {
    it("running runs finish within the grace, new ones are refused, viewers are closed with 1012, the process exits 0", async () => {
      await using deployment = await make({ limits: { graceMs: 8000 } });
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      await using idle = await SocketClient.open(`${deployment.wsUrl}/proof`);
      client.send({ action: "tokens", count: 150, everyMs: 10, requestId: "running" });
      const { streamId } = await client.log.first(({ type }) => type === "start");
      await using events = await EventStream.open(`${deployment.url}/proof/streams/${streamId}`);
      const exited = deployment.terminate();
      // Who follows nothing is told at once: the shutdown has begun.
      expect((await idle.closed).code).toBe(CLOSE_RESTART);
      client.send({ action: "tokens", count: 1, requestId: "too-late" });
      const refused = await client.log.first(({ requestId }) => requestId === "too-late");
      expect(refused).toMatchObject({ type: "error", code: "interrupted" });
      expect(refused.offset).toBeUndefined();
      const frames = await client.log.whole(streamId);
      expect([textOf(frames), frames.at(-1)!.type]).toEqual([numberedText(150), "stream_complete"]);
      expect(await events.ended).toBe(true);
      expect(events.frames.at(-1)).toEqual(frames.at(-1));
      expect((await client.closed).code).toBe(CLOSE_RESTART);
      expect(await exited).toBe(0);
    });

    it("while it waits, /readyz is 503, and new runs and WebSockets are refused with 503", async () => {
      await using deployment = await make({ limits: { graceMs: 8000 } });
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      await using idle = await SocketClient.open(`${deployment.wsUrl}/proof`);
      expect((await request(`${deployment.url}/readyz`)).status).toBe(200);
      client.send({ action: "tokens", count: 200, everyMs: 10 });
      await client.log.first(({ type }) => type === "start");
      const exited = deployment.terminate();
      await idle.closed;
      expect((await request(`${deployment.url}/readyz`)).status).toBe(503);
      expect((await request(`${deployment.url}/healthz`)).status).toBe(200);
      const late = await request(`${deployment.url}/proof/tokens`, posted({ count: 1 }));
      expect([late.status, late.body["code"]]).toEqual([503, "interrupted"]);
      await expect(SocketClient.open(`${deployment.wsUrl}/proof`)).rejects.toThrow("503");
      expect((await client.log.whole()).at(-1)!.type).toBe("stream_complete");
      expect(await exited).toBe(0);
    });

    it("who waits over HTTP alone gets the whole answer too", async () => {
      await using deployment = await make({ limits: { graceMs: 8000 } });
      await using idle = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const run = { count: 60, everyMs: 10, padding: 40_000 };
      const ask = (): ReturnType<typeof EventStream.open> =>
        EventStream.open(`${deployment.url}/proof/tokens`, posted(run));
      const waiting = Array.from({ length: 8 }, () => request(`${deployment.url}/proof/tokens`, posted(run)));
      const streams = await Promise.all(Array.from({ length: 8 }, ask));
      await Promise.all(streams.map(({ log }) => log.first(({ type }) => type === "stream_chunk")));
      // Each waiting run is known to have begun once the metrics count them all.
      await until(deployment.url, /^sluice_runs_running(\{[^}]*\})? 16$/m);
      const exited = deployment.terminate();
      await idle.closed;
      for (const answer of await Promise.all(waiting)) {
        expect(answer.status).toBe(200);
        expect(answer.body["fullContent"] === numberedText(60, 40_000)).toBe(true);
      }
      for (const events of streams) {
        expect(await events.ended).toBe(true);
        expect(textOf(events.frames) === numberedText(60, 40_000)).toBe(true);
        expect(events.frames.at(-1)!.type).toBe("stream_complete");
      }
      expect(await exited).toBe(0);
    });

    it("an answer of 12 MB that was complete within the grace arrives whole before the process exits", async () => {
      await using deployment = await make({ limits: { graceMs: 8000 } });
      await using idle = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const run = posted({ count: 60, everyMs: 10, padding: 200_000 });
      const text = numberedText(60, 200_000);
      await using events = await EventStream.open(`${deployment.url}/proof/tokens`, run);
      const waiting = request(`${deployment.url}/proof/tokens`, run).catch((thrown: unknown) => thrown);
      await events.log.first(({ type }) => type === "stream_chunk");
      await until(deployment.url, /^sluice_runs_running(\{[^}]*\})? 2$/m);
      const exited = deployment.terminate();
      await idle.closed;
      expect(await events.ended).toBe(true);
      expect([events.frames.at(-1)!.type, textOf(events.frames) === text]).toEqual(["stream_complete", true]);
      const answer = await waiting;
      expect(answer).toMatchObject({ status: 200 });
      expect((answer as JsonAnswer).body["fullContent"] === text).toBe(true);
      expect(await exited).toBe(0);
    });

    it("a run longer than the grace ends as interrupted for every viewer, and is stored", async () => {
      await using deployment = await make({ limits: { graceMs: 300 } });
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof?session=shutdown-0123456789abcdef`);
      client.send({ action: "tokens", count: 10_000, everyMs: 10, requestId: "long" });
      const { streamId } = await client.log.first(({ type }) => type === "stream_chunk");
      const repeated = { "Idempotency-Key": "long", "Sluice-Session": "shutdown-0123456789abcdef" };
      const waiting = request(`${deployment.url}/proof/tokens`, posted({ count: 10_000, everyMs: 10 }, repeated));
      await using events = await EventStream.open(`${deployment.url}/proof/streams/${streamId}`);
      await events.log.first(({ type }) => type === "stream_chunk");
      await until(deployment.url, /^sluice_connections\{[^}]*transport="rest"[^}]*\} 1$/m);
      const exited = deployment.terminate();
      const frames = await client.log.whole(streamId);
      expect(frames.at(-1)).toMatchObject({ type: "error", code: "interrupted" });
      expect(placeOf(frames.at(-1)!).epoch).toBe(1);
      expect(await events.ended).toBe(true);
      expect(events.frames.at(-1)).toEqual(frames.at(-1));
      const answer = await waiting;
      expect([answer.status, answer.body["code"]]).toEqual([503, "interrupted"]);
      expect((await client.closed).code).toBe(CLOSE_RESTART);
      expect(await exited).toBe(0);
      await deployment.restart();
      await using later = await SocketClient.open(`${deployment.wsUrl}/proof`);
      later.send({ action: "resume", streamId });
      const stored = await later.log.whole(streamId);
      expect([textOf(stored), stored.at(-1)]).toEqual([textOf(frames), frames.at(-1)]);
    });
  });
}

/** Resolves when the metrics say so. */
async function until(url: string, line: RegExp): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (line.test(metrics)) return;
  }
  throw new Error(`The metrics never said ${line}.`);
}
