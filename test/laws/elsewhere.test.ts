import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/protocol/json.ts";
import type { Store } from "../../src/store.ts";
import { memory } from "../../src/store/memory.ts";
import { Writer } from "../../src/testing/conformance/store/fixture.ts";
import { FakeClock } from "../../src/testing/fake-clock.ts";
import { type Fixture, type TestLink, engineFixture } from "../support/engine-fixture.ts";

const LOOK_MS = 100;

interface Elsewhere extends Fixture {
  readonly clock: FakeClock;
  readonly store: Store;
  /** Writes the stream in another process. */
  readonly writer: Writer;
  /** How often this process has asked how far the stream is. */
  readonly looks: () => number;
  /** So many of the next looks fail. */
  fail(times: number): void;
  /** A client of this process resumes; `offset`: after which. */
  resume(offset?: string): Promise<TestLink>;
}

/** A process that does not write the stream that its clients follow. `leaseMs`: how long its writer counts as alive. */
async function elsewhere({ leaseMs }: { leaseMs?: number } = {}): Promise<Elsewhere> {
  const clock = new FakeClock();
  const { store } = memory();
  const leaseUntil = leaseMs === undefined ? undefined : clock.now() + leaseMs;
  let [looks, failures] = [0, 0];
  const head: Store["head"] = async (streamId) => {
    looks += 1;
    failures -= 1;
    if (failures >= 0) throw new Error("The store does not answer.");
    const found = await store.head(streamId);
    return found && (leaseUntil === undefined ? found : { ...found, leaseUntil });
  };
  const seen = new Proxy(store, {
    get(target, name) {
      if (name === "head") return head;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  const fixture = engineFixture({ store: seen, clock, limits: { lookMs: LOOK_MS } });
  const writer = await Writer.open(store, { app: "app", route: "ask", scope: "app/s:s" });
  return {
    ...fixture,
    clock,
    store,
    writer,
    looks: () => looks,
    fail: (times) => void (failures = times),
    async resume(offset) {
      const link = fixture.connect({ session: "s" });
      link.say({ action: "resume", streamId: writer.streamId, ...(offset !== undefined && { offset }) });
      await clock.advance(0);
      return link;
    },
  };
}

/** Frames as a reader of tests takes them in. */
function brief(frames: readonly JsonObject[]): string[] {
  return frames.map(({ type, offset, content, code }) => [offset, type, content ?? code].filter(Boolean).join(" "));
}

describe("law 2: a stream that another process writes", () => {
  it("is followed to its end by looking at it, and by nothing after that", async () => {
    const { clock, writer, looks, resume } = await elsewhere();
    await writer.write("a");
    const { transport } = await resume();
    expect(brief(transport.frames)).toEqual(["1-0 start", "1-1 chunk a"]);
    await writer.write("b");
    await writer.write("c");
    await clock.advance(LOOK_MS - 1);
    expect(transport.frames).toHaveLength(2);
    await clock.advance(1);
    expect(brief(transport.frames).slice(2)).toEqual(["1-2 chunk b", "1-3 chunk c"]);
    await clock.advance(10 * LOOK_MS);
    expect(transport.frames).toHaveLength(4);
    await writer.end();
    await clock.advance(LOOK_MS);
    expect(brief(transport.frames).slice(4)).toEqual(["1-4 done"]);
    const seen = looks();
    await clock.advance(10 * LOOK_MS);
    expect([looks(), clock.pending]).toEqual([seen, 0]);
  });

  it("has each viewer where it asked to be, and is looked at once for all of them", async () => {
    const { clock, writer, looks, resume } = await elsewhere();
    await writer.write("a", "b");
    const viewers = [await resume(), await resume("1-1"), await resume("1-2")];
    const before = looks();
    await clock.advance(5 * LOOK_MS);
    expect(looks() - before).toBe(5);
    await writer.write("c");
    await writer.end();
    await clock.advance(LOOK_MS);
    expect(viewers.map(({ transport }) => brief(transport.frames))).toEqual([
      ["1-0 start", "1-1 chunk a", "1-2 chunk b", "1-3 chunk c", "1-4 done"],
      ["1-2 chunk b", "1-3 chunk c", "1-4 done"],
      ["1-3 chunk c", "1-4 done"],
    ]);
  });

  it("is not looked at any more when nobody follows it; whoever comes later is served as the first one was", async () => {
    const { clock, writer, looks, resume } = await elsewhere();
    const first = await resume();
    first.connection.gone();
    await clock.advance(LOOK_MS);
    const seen = looks();
    await clock.advance(10 * LOOK_MS);
    expect([looks(), clock.pending]).toEqual([seen, 0]);
    await writer.write("a");
    const second = await resume();
    await writer.write("b");
    await clock.advance(LOOK_MS);
    expect(brief(second.transport.frames)).toEqual(["1-0 start", "1-1 chunk a", "1-2 chunk b"]);
  });

  it("is looked at again where a look fails", async () => {
    const { clock, writer, fail, resume } = await elsewhere();
    const { transport } = await resume();
    await writer.write("a");
    fail(3);
    await clock.advance(3 * LOOK_MS);
    expect(transport.frames).toHaveLength(1);
    await clock.advance(LOOK_MS);
    expect(brief(transport.frames)).toEqual(["1-0 start", "1-1 chunk a"]);
  });

  it("law 4: that is gone meanwhile is told to be, once", async () => {
    const { clock, store, writer, resume } = await elsewhere();
    const { transport } = await resume();
    await writer.write("a");
    await writer.end();
    await store.erase(writer.streamId, clock.now() + 1000);
    await clock.advance(10 * LOOK_MS);
    expect(brief(transport.frames)).toEqual(["1-0 start", "error stream_gone"]);
    expect(clock.pending).toBe(0);
  });

  it("law 5: whose writer was not heard of for the time of its lease ends as interrupted, and the writer is fenced off", async () => {
    const { clock, writer, resume } = await elsewhere({ leaseMs: 1000 });
    await writer.write("a");
    const { transport } = await resume();
    await clock.advance(999);
    expect(brief(transport.frames)).toEqual(["1-0 start", "1-1 chunk a"]);
    await clock.advance(LOOK_MS);
    expect(brief(transport.frames).slice(2)).toEqual(["2-2 error interrupted"]);
    expect(await writer.write("late")).toEqual({ outcome: "fenced" });
    expect(clock.pending).toBe(0);
  });

  it("law 6: is cancelled through the store; a canceller that does not follow it hears of its end", async () => {
    const { clock, writer, connect } = await elsewhere();
    const { say, transport } = connect();
    say({ action: "cancel", streamId: writer.streamId });
    await clock.advance(5 * LOOK_MS);
    expect(transport.frames).toEqual([]);
    expect(await writer.write("a")).toEqual({ outcome: "stored", cancel: true });
    const cancelled = '{"type":"cancelled","partialLength":1}';
    await writer.send({ ...writer.draft(), events: [cancelled], end: "cancelled" });
    await clock.advance(LOOK_MS);
    expect(transport.frames).toEqual([{ type: "ended", streamId: writer.streamId, state: "cancelled" }]);
  });
});
