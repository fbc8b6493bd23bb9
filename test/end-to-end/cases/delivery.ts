import { describe, expect, it } from "vitest";
import { numberedText } from "../../../src/testing/numbered-tokens.ts";
import type { MakeProof } from "../support/deployment.ts";
import { disorder, holes, nativeTextOf, placeOf, textOf } from "../support/frames.ts";
import { EventStream, type Poll, posted, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";

const COUNT = 40;
const message = (label: string): Record<string, unknown> => ({ action: "tokens", count: COUNT, label, everyMs: 2 });
const body = (label: string): Record<string, unknown> => ({ count: COUNT, label, everyMs: 2 });

/** The same answer by every transport, to clients that know only the wire. */
export function describeDelivery(make: MakeProof): void {
  describe("delivery", () => {
    it("WebSocket: start first, chunks that add up to the whole, every frame with streamId, offset and requestId", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      client.send({ ...message("a"), requestId: "r-1" });
      const frames = await client.log.whole();
      const { streamId } = frames[0]!;
      expect(frames[0]).toEqual({ type: "start", streamId, offset: "1-0", requestId: "r-1" });
      expect(frames.every((frame) => frame.streamId === streamId && frame.requestId === "r-1")).toBe(true);
      expect(disorder(frames)).toEqual([]);
      expect(textOf(frames)).toBe(numberedText(COUNT));
      expect(frames.at(-1)).toMatchObject({ type: "stream_complete", fullContent: numberedText(COUNT) });
      expect(client.frames).toEqual(frames);
    });

    it("SSE: the same frames as on the WebSocket, ids are offsets, no event line, closed after the last", async () => {
      await using deployment = await make();
      await using events = await EventStream.open(
        `${deployment.url}/proof/tokens`,
        posted({ ...body("b"), requestId: "r-2" }),
      );
      expect(events.status).toBe(200);
      expect(events.headers.get("content-type")).toMatch(/^text\/event-stream/);
      expect(await events.ended).toBe(true);
      const { frames } = events;
      expect(frames[0]).toEqual({ type: "start", streamId: frames[0]!.streamId, offset: "1-0", requestId: "r-2" });
      expect(disorder(frames)).toEqual([]);
      expect(textOf(frames)).toBe(numberedText(COUNT));
      expect(frames.at(-1)).toMatchObject({ type: "stream_complete", fullContent: numberedText(COUNT) });
      expect(events.raw).not.toMatch(/^event:/m);
      expect([...events.raw.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)).toEqual(frames.map(({ offset }) => offset));
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      client.send({ action: "resume", streamId: frames[0]!.streamId });
      expect(textOf(await client.log.whole())).toBe(numberedText(COUNT));
    });

    it("REST: one object at the end; respond-async gives the id at once; a long poll brings the frames", async () => {
      await using deployment = await make();
      const whole = await request(`${deployment.url}/proof/tokens`, posted(body("c")));
      expect(whole.status).toBe(200);
      expect(whole.body).toMatchObject({ type: "stream_complete", fullContent: numberedText(COUNT) });
      const prefer = { Prefer: "respond-async" };
      const accepted = await request(`${deployment.url}/proof/tokens`, posted(body("d"), prefer));
      expect([accepted.status, Object.keys(accepted.body)]).toEqual([202, ["streamId"]]);
      const at = `${deployment.url}/proof/streams/${accepted.body.streamId}`;
      const frames = [];
      let poll: Poll = { frames: [], offset: "", state: "running" };
      while (poll.state === "running") {
        poll = (await request(`${at}?wait=25&offset=${poll.offset}`)).body as unknown as Poll;
        frames.push(...poll.frames);
        expect(poll.offset).toBe(poll.frames.at(-1)?.offset);
      }
      expect([poll.state, disorder(frames), textOf(frames)]).toEqual(["complete", [], numberedText(COUNT)]);
      const after = (await request(`${at}?wait=25&offset=${poll.offset}`)).body;
      expect(after).toEqual({ frames: [], offset: poll.offset, state: "complete" });
      const state = await request(at, { headers: { Accept: "application/json" } });
      expect(state.body).toMatchObject({
        streamId: accepted.body.streamId,
        route: "tokens",
        state: "complete",
        offset: poll.offset,
        text: numberedText(COUNT),
        result: { count: COUNT },
      });
      for (const name of ["createdAt", "endedAt"]) expect(Date.parse(state.body[name] as string)).not.toBeNaN();
    });

    it("SSE of one stream: whole without an offset, the rest after Last-Event-ID or ?offset=, 204 where nothing can come", async () => {
      await using deployment = await make();
      const { body: accepted } = await request(
        `${deployment.url}/proof/tokens`,
        posted(body("e"), { Prefer: "respond-async" }),
      );
      const at = `${deployment.url}/proof/streams/${accepted.streamId}`;
      await using whole = await EventStream.open(at);
      await whole.ended;
      expect(textOf(whole.frames)).toBe(numberedText(COUNT));
      await using empty = await EventStream.open(`${at}?offset=`);
      await empty.ended;
      expect(textOf(empty.frames)).toBe(numberedText(COUNT));
      const seen = whole.frames[Math.floor(whole.frames.length / 2)]!.offset!;
      const rest = whole.frames.slice(whole.frames.findIndex(({ offset }) => offset === seen) + 1);
      for (const [address, init] of [
        [at, { headers: { "Last-Event-ID": seen } }],
        [`${at}?offset=${seen}`, {}],
      ] as const) {
        await using later = await EventStream.open(address, init);
        await later.ended;
        expect(disorder(later.frames)).toEqual([]);
        expect(textOf(later.frames)).toBe(textOf(rest));
        expect(later.frames.at(-1)).toEqual(whole.frames.at(-1));
      }
      await using nothing = await EventStream.open(at, { headers: { "Last-Event-ID": whole.frames.at(-1)!.offset! } });
      expect(nothing.status).toBe(204);
    });

    it("native frames over HTTP: the same dense ranges by SSE, from any place, and by long polls", async () => {
      await using deployment = await make();
      const native = { "Sluice-Dialect": "sluice.v1" };
      const run = posted({ ...body("n"), requestId: "r-n" }, native);
      await using begun = await EventStream.open(`${deployment.url}/proof/tokens`, run);
      const start = await begun.log.first(({ type }) => type === "start");
      expect(start).toMatchObject({ route: "tokens", offset: "1-0", requestId: "r-n" });
      expect(begun.raw).toMatch(/^:\n\nid: 1-0\n/);
      const at = `${deployment.url}/proof/streams/${start.streamId}`;
      const polled = [];
      let poll: Poll = { frames: [], offset: "", state: "running" };
      while (poll.state === "running") {
        const answer = await request(`${at}?wait=25&offset=${poll.offset}`, { headers: native });
        poll = answer.body as unknown as Poll;
        polled.push(...poll.frames);
        expect(poll.offset).toBe(poll.frames.at(-1)?.offset);
      }
      expect(await begun.ended).toBe(true);
      const seen = begun.frames[Math.floor(begun.frames.length / 2)]!.offset!;
      await using later = await EventStream.open(at, { headers: { ...native, "Last-Event-ID": seen } });
      await later.ended;
      for (const frames of [begun.frames, polled]) {
        expect([holes(frames), nativeTextOf(frames)]).toEqual([[], numberedText(COUNT)]);
      }
      expect(holes(later.frames, placeOf({ offset: seen }).seq + 1)).toEqual([]);
      for (const frames of [begun.frames, polled, later.frames]) {
        const { offset, events } = frames.at(-1)!;
        expect((events as unknown[]).at(-1)).toMatchObject({ type: "complete", result: { count: COUNT } });
        expect([offset, poll.state]).toEqual([poll.offset, "complete"]);
      }
      const forged = await request(`${at}?wait=0&offset=1-9999`, { headers: native });
      expect([forged.status, forged.body]).toMatchObject([410, { code: "stream_gone", retryable: false }]);
      const other = await request(`${at}?wait=0`, { headers: { "Sluice-Dialect": "sluice.v9" } });
      expect([other.status, other.body["code"]]).toEqual([400, "bad_request"]);
    });

    it("a delivery report is taken of a stream that is there, and checked", async () => {
      await using deployment = await make();
      const accepted = posted(body("r"), { Prefer: "respond-async" });
      const { streamId } = (await request(`${deployment.url}/proof/tokens`, accepted)).body;
      const report = async (id: string, said: object): Promise<number> =>
        (await request(`${deployment.url}/proof/streams/${id}/delivery`, posted(said))).status;
      expect(await report(streamId!, { firstShownMs: 12, shown: "1-0", resumes: 1, gaps: [2], duplicates: 0 })).toBe(
        204,
      );
      expect(await report(streamId!, { shown: "1-9999" })).toBe(410);
      expect(await report(streamId!, { gaps: "none" })).toBe(400);
      expect(await report("AAAAAAAAAAAAAAAAAAAAAA", { gaps: "none" })).toBe(404);
    });

    it("20 runs at once on one connection, frames interleaved, each whole and in order", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const labels = Array.from({ length: 20 }, (_, index) => `run-${index}`);
      for (const label of labels) client.send({ ...message(label), requestId: label });
      const starts = await Promise.all(
        labels.map((label) => client.log.first(({ type, requestId }) => type === "start" && requestId === label)),
      );
      const streams = await Promise.all(starts.map(({ streamId }) => client.log.whole(streamId)));
      expect(new Set(starts.map(({ streamId }) => streamId)).size).toBe(20);
      for (const [index, frames] of streams.entries()) {
        expect(frames.every(({ requestId }) => requestId === labels[index])).toBe(true);
        expect([disorder(frames), textOf(frames)]).toEqual([[], numberedText(COUNT)]);
      }
      const order = client.frames.map(({ streamId }) => streamId);
      const changes = order.filter((streamId, index) => streamId !== order[index - 1]).length;
      expect(changes).toBeGreaterThan(20);
    });

    it("law 8: the same request in the same session gives the same stream, on any transport; another body is a conflict", async () => {
      await using deployment = await make();
      const session = "?session=delivery-law-8-0123456789abcdef";
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof${session}`);
      const run = { ...message("f"), requestId: "same" };
      client.send(run);
      const { streamId } = await client.log.first(({ type }) => type === "start");
      client.send(run);
      const frames = await client.log.whole(streamId);
      expect(frames.filter(({ type }) => type === "start").length).toBeLessThanOrEqual(2);
      expect([disorder(frames), textOf(frames)]).toEqual([[], numberedText(COUNT)]);
      await using again = await SocketClient.open(`${deployment.wsUrl}/proof${session}`);
      again.send(run);
      const repeated = await again.log.whole();
      expect([repeated[0]!.streamId, textOf(repeated)]).toEqual([streamId, numberedText(COUNT)]);
      const key = { "Idempotency-Key": "same", "Sluice-Session": session.slice("?session=".length) };
      const overHttp = await request(`${deployment.url}/proof/tokens`, posted(body("f"), key));
      expect(overHttp.body).toMatchObject({ streamId, fullContent: numberedText(COUNT) });
      again.send({ ...run, count: COUNT + 1 });
      const conflict = await again.log.first(({ code }) => code === "conflict");
      expect([conflict.type, conflict.requestId, conflict.offset]).toEqual(["error", "same", undefined]);
      const refused = await request(`${deployment.url}/proof/tokens`, posted({ ...body("g") }, key));
      expect([refused.status, refused.body["code"]]).toEqual([409, "conflict"]);
      await using stranger = await SocketClient.open(`${deployment.wsUrl}/proof?session=another-0123456789abcdef`);
      stranger.send({ ...run, label: "somebody else's" });
      expect((await stranger.log.whole())[0]!.streamId).not.toBe(streamId);
    });

    it("law 8: asked ten times at once, the model is asked once; without a session each connection stands alone", async () => {
      await using deployment = await make();
      const ask = { action: "ask", prompt: "20 tokens, 1 ms", requestId: "once" };
      const first = async (query: string): Promise<string> => {
        await using client = await SocketClient.open(`${deployment.wsUrl}/proof${query}`);
        client.send(ask);
        const frames = await client.log.whole();
        expect([disorder(frames), textOf(frames)]).toEqual([[], numberedText(20)]);
        return frames[0]!.streamId!;
      };
      const together = Array.from({ length: 10 }, () => first("?session=delivery-at-once-0123456789"));
      expect(new Set(await Promise.all(together)).size).toBe(1);
      expect(deployment.emulator.calls.length).toBe(1);
      expect(new Set(await Promise.all([first(""), first("")])).size).toBe(2);
      expect(deployment.emulator.calls.length).toBe(3);
    });

    it("a long poll with nothing to tell waits as asked, and answers with the offset that was asked", async () => {
      await using deployment = await make();
      const slow = posted({ count: 2, everyMs: 60_000 }, { Prefer: "respond-async" });
      const { body: accepted } = await request(`${deployment.url}/proof/tokens`, slow);
      const at = `${deployment.url}/proof/streams/${accepted.streamId}`;
      await using events = await EventStream.open(at);
      const { offset } = await events.log.first(({ type }) => type === "stream_chunk");
      const asked = performance.now();
      const poll = await request(`${at}?wait=1&offset=${offset}`);
      expect(poll.body).toEqual({ frames: [], offset, state: "running" });
      expect(performance.now() - asked).toBeGreaterThan(900);
      expect((await request(`${at}/cancel`, { method: "POST" })).status).toBe(202);
    });

    it("a silent event stream beats: comments that no reader takes for an event", async () => {
      await using deployment = await make({ limits: { heartbeatMs: 20 } });
      const slow = posted({ count: 2, everyMs: 300 });
      await using events = await EventStream.open(`${deployment.url}/proof/tokens`, slow);
      await events.ended;
      expect(events.raw.split("\n").filter((line) => line.startsWith(":")).length).toBeGreaterThan(2);
      expect([disorder(events.frames), textOf(events.frames)]).toEqual([[], numberedText(2)]);
    });

    it("a resume after the end answers `ended`; lists show what the session has", async () => {
      await using deployment = await make();
      const session = "session=delivery-lists-0123456789abcdef";
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof?${session}`);
      client.send({ ...message("h"), requestId: "listed" });
      const last = (await client.log.whole()).at(-1)!;
      client.send({ action: "resume", streamId: last.streamId, offset: last.offset });
      const ended = await client.log.first(({ type }) => type === "ended");
      expect(ended).toMatchObject({ streamId: last.streamId, state: "complete" });
      expect(ended.offset).toBeUndefined();
      const item = { streamId: last.streamId, state: "complete", requestId: "listed", offset: last.offset };
      client.send({ action: "streams", state: "ended" });
      expect((await client.log.first(({ type }) => type === "streams"))["items"]).toMatchObject([item]);
      const list = await request(`${deployment.url}/proof/streams?state=ended&${session}`);
      expect(list.body["items"]).toMatchObject([item]);
      const running = await request(`${deployment.url}/proof/streams?state=running&${session}`);
      expect(running.body["items"]).toEqual([]);
    });

    it("the first frame comes within a moment of the request", async () => {
      await using deployment = await make();
      await using client = await SocketClient.open(`${deployment.wsUrl}/proof`);
      const asked = performance.now();
      client.send(message("i"));
      await client.log.first(({ type }) => type === "start");
      const overSocket = client.log.times[0]! - asked;
      const posting = performance.now();
      await using events = await EventStream.open(`${deployment.url}/proof/tokens`, posted(body("j")));
      await events.log.first(({ type }) => type === "start");
      const overSse = events.log.times[0]! - posting;
      process.stdout.write(`first frame: WebSocket ${overSocket.toFixed(1)} ms, SSE ${overSse.toFixed(1)} ms\n`);
      expect(overSocket).toBeLessThan(2000);
      expect(overSse).toBeLessThan(2000);
    });
  });
}
