import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/protocol/json.ts";
import { nativeDialect } from "../../src/dialect/native.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { type Fixture, engineFixture } from "../support/engine-fixture.ts";

/** A finished stream of these texts; gives its id. */
async function finished(fixture: Fixture, texts: readonly string[]): Promise<string> {
  const { say, transport } = fixture.connect();
  say({ action: "ask" });
  const call = await fixture.model.next();
  call.push(...texts);
  call.end();
  const { streamId } = await transport.frame("done");
  return streamId as string;
}

async function replay(fixture: Fixture, streamId: string, offset?: string): Promise<JsonObject[]> {
  const { say, transport } = fixture.connect();
  say({ action: "resume", streamId, ...(offset !== undefined && { offset }) });
  await transport.until((frames) => frames.find(({ type }) => type === "done" || type === "ended" || type === "error"));
  return transport.frames;
}

describe("law 3: exactly once, in order", () => {
  it("a transport that says within a send that it takes more gets each frame once, live and in order", async () => {
    const fixture = engineFixture();
    const { say, transport, connection } = fixture.connect();
    const send = transport.send.bind(transport);
    transport.send = (frame) => {
      send(frame);
      connection.drained();
    };
    say({ action: "ask" });
    const call = await fixture.model.next();
    for (const text of ["a", "b", "c"]) {
      call.push(text);
      await transport.until((frames) => frames.find(({ content }) => content === text));
    }
    call.end();
    await transport.frame("done");
    expect(transport.frames.map(({ offset }) => offset)).toEqual(["1-0", "1-1", "1-2", "1-3", "1-4"]);
  });

  it("whatever offset a reader resumes after, it gets every later event once, merged or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 60 }),
        fc.constantFrom(2, 1000),
        async (texts, cutAt, mergeAbove) => {
          const fixture = engineFixture({ limits: { mergeAbove, mergedBytes: 64 } });
          const streamId = await finished(fixture, texts);
          const whole = await replay(fixture, streamId);
          const seen = whole.slice(0, Math.min(cutAt, whole.length - 1) + 1);
          const rest = await replay(fixture, streamId, seen.at(-1)!["offset"] as string);
          const frames = [...seen, ...rest.filter(({ type }) => type !== "ended")];
          expect(frames.map(({ content, type }) => (type === "chunk" ? content : "")).join("")).toBe(texts.join(""));
          const seqs = frames.map(({ offset }) => Number((offset as string).split("-")[1]));
          expect(seqs).toEqual(seqs.toSorted((left, right) => left - right));
          expect(new Set(seqs).size).toBe(seqs.length);
          expect(seqs.at(-1)).toBe(texts.length + 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("native frames cover the stream densely: each begins where the last one ended", async () => {
    const fixture = engineFixture({ limits: { mergeAbove: 2, mergedBytes: 200 } });
    const texts = Array.from({ length: 100 }, (_, index) => `token ${index} `);
    const streamId = await finished(fixture, texts);
    const { say, transport } = fixture.connect({ dialect: nativeDialect });
    say({ action: "resume", streamId });
    await transport.until((frames) => frames.find(({ offset }) => offset === "1-101"));
    let next = 0;
    for (const { type, first, offset } of transport.frames) {
      expect(type === "start" ? "1-0" : first).toBe(`1-${next}`);
      next = Number((offset as string).split("-")[1]) + 1;
    }
    expect(next).toBe(102);
    expect(transport.frames.length).toBeLessThan(60);
  });
});

describe("law 7: a slow reader costs itself only", () => {
  it("sends nothing to a reader that is full, keeps nothing for it, and catches up merged", async () => {
    const fixture = engineFixture({ limits: { mergeAbove: 4 } });
    const [slow, quick] = [fixture.connect(), fixture.connect()];
    slow.say({ action: "ask" });
    const call = await fixture.model.next();
    const { streamId } = await slow.transport.frame("start");
    quick.say({ action: "resume", streamId: streamId! });
    await quick.transport.frame("start");
    slow.transport.writable = false;
    for (let index = 0; index < 50; index += 1) {
      call.push(`t${index} `);
      await quick.transport.until((frames) => frames[index + 1]);
    }
    expect(slow.transport.frames).toHaveLength(1);
    slow.transport.writable = true;
    slow.connection.drained();
    const merged = await slow.transport.frame("chunk");
    expect(merged).toMatchObject({ offset: "1-50" });
    expect(merged["content"]).toBe(
      quick.transport.frames
        .slice(1)
        .map(({ content }) => content)
        .join(""),
    );
  });

  it("one connection reads the store for one stream at a time, however many it resumes", async () => {
    const behind = memoryStore();
    let [reading, most] = [0, 0];
    const read = behind.read.bind(behind);
    const fixture = engineFixture({ store: behind });
    const ids: string[] = [];
    for (let index = 0; index < 20; index += 1) ids.push(await finished(fixture, ["a", "b", `${index}`]));
    behind.read = async (...args) => {
      most = Math.max(most, (reading += 1));
      await new Promise(setImmediate);
      reading -= 1;
      return read(...args);
    };
    const { say, transport, connection } = fixture.connect();
    transport.writable = false;
    for (const streamId of ids) say({ action: "resume", streamId });
    while (connection.following < 1) await new Promise(setImmediate);
    transport.writable = true;
    connection.drained();
    await transport.until((frames) => (frames.filter(({ type }) => type === "done").length === 20 ? true : undefined));
    expect(most).toBeLessThanOrEqual(2);
  });

  it("stops reading a client that sends faster than it is answered", async () => {
    const { connect } = engineFixture({ limits: { maxQueuedMessages: 8 } });
    const { say, transport } = connect();
    for (let index = 0; index < 100; index += 1) say({ action: "streams" });
    expect(transport.paused).toBe(true);
    await transport.until((frames) => frames[99]);
    await new Promise(setImmediate);
    expect(transport.paused).toBe(false);
  });
});

describe("law 4: loss is provable", () => {
  it("an offset that the stream never gave is stream_gone, a malformed one bad_request; neither carries an offset", async () => {
    const fixture = engineFixture();
    const streamId = await finished(fixture, ["a", "b"]);
    for (const [offset, code] of [
      ["1-99", "stream_gone"],
      ["2-1", "stream_gone"],
      ["1-1x", "bad_request"],
      ["-1", "bad_request"],
      ["0-0", "bad_request"],
    ] as const) {
      const [answer] = await replay(fixture, streamId, offset);
      expect(answer).toMatchObject({ type: "error", code, streamId });
      expect(answer).not.toHaveProperty("offset");
    }
  });

  it("an expired and an erased stream are told as stream_gone, an unknown one as not_found", async () => {
    const fixture = engineFixture();
    const { engine } = fixture;
    const [expired, erased] = [await finished(fixture, ["a"]), await finished(fixture, ["b"])];
    await engine.store.erase(erased, engine.clock.now() + 1000);
    await engine.store.sweep(engine.clock.now() + engine.limits.retentionMs + 1, 1000);
    expect((await replay(fixture, expired))[0]).toMatchObject({ code: "stream_gone" });
    expect((await replay(fixture, "unknown"))[0]).toMatchObject({ code: "not_found" });
  });

  it("a resume at the end takes the place of an older one that has not got there", async () => {
    const fixture = engineFixture();
    const streamId = await finished(fixture, ["a"]);
    const { say, transport, connection } = fixture.connect();
    transport.writable = false;
    say({ action: "resume", streamId });
    while (connection.following === 0) await new Promise(setImmediate);
    transport.writable = true;
    say({ action: "resume", streamId, offset: "1-2" });
    connection.drained();
    await transport.frame("ended");
    expect(connection.following).toBe(0);
    expect(transport.frames.at(-1)).toMatchObject({ type: "ended", streamId });
  });

  it("a resume at the end says ended, once", async () => {
    const fixture = engineFixture();
    const streamId = await finished(fixture, ["a"]);
    expect(await replay(fixture, streamId, "1-2")).toEqual([{ type: "ended", streamId, state: "complete" }]);
  });
});
