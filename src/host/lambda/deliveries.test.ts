import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../protocol/json.ts";
import type { CallbackAnswer } from "./test-support/callback-server.ts";
import { LambdaLab, useTable } from "./test-support/lambda-lab.ts";

const table = useTable();

/** From one look of a worker at its stream to the next. */
const LOOK_MS = 300;

/** Frames as a reader of tests takes them in. */
function brief(frames: readonly JsonObject[]): string[] {
  return frames.map(({ type, offset, content }) =>
    [offset, type, content].filter((part) => part !== undefined).join(" "),
  );
}

interface Hold {
  /** Posts that wait for their answer now, and that did so at the same time at most. */
  readonly held: number;
  readonly most: number;
  release(answer?: CallbackAnswer): void;
}

/** From now on posts to this connection are not answered until they are released. */
function hold({ server }: LambdaLab, id: string): Hold {
  const { promise, resolve } = Promise.withResolvers<CallbackAnswer>();
  let [held, most] = [0, 0];
  const { answers } = server;
  server.answers = (request) => {
    if (request.method !== "POST" || request.connectionId !== id) return answers(request);
    held += 1;
    most = Math.max(most, held);
    return promise.finally(() => void (held -= 1));
  };
  return {
    get held() {
      return held;
    },
    get most() {
      return most;
    },
    release: (answer = 200) => resolve(answer),
  };
}

describe("a worker's deliveries", () => {
  it("law 2: whoever asked, and whoever resumes from elsewhere, gets the stream from where they stand", async () => {
    const lab = await LambdaLab.start(table());
    const [asker, other] = [await lab.connect(), await lab.connect()];
    const job = await lab.ask(asker, { requestId: "r" });
    const done = lab.worker()(job);
    const call = await lab.model.next();
    call.push("a");
    await lab.frame(asker, "chunk");
    await lab.looked(1);
    await lab.say(other, { action: "resume", streamId: job.streamId, offset: "1-0" });
    call.push("b");
    call.end();
    await done;
    expect(lab.frames(asker)[0]).toMatchObject({ type: "start", streamId: job.streamId, requestId: "r" });
    expect(brief(lab.frames(asker))).toEqual(["1-0 start", "2-1 chunk a", "2-2 chunk b", "2-3 done ab"]);
    expect(brief(lab.frames(other))).toEqual(["2-2 chunk ab", "2-3 done ab"]);
  });

  it("a newcomer to a silent run is served with the worker's next look", async () => {
    const lab = await LambdaLab.start(table());
    const [asker, other] = [await lab.connect(), await lab.connect()];
    const job = await lab.ask(asker);
    const done = lab.worker()(job);
    const call = await lab.model.next();
    await lab.looked(1);
    await lab.say(other, { action: "resume", streamId: job.streamId });
    expect(lab.frames(other)).toEqual([]);
    await lab.clock.advance(LOOK_MS);
    await lab.frame(other, "start");
    call.end();
    await done;
    expect(brief(lab.frames(other))).toEqual(["1-0 start", "2-1 done "]);
  });

  it("law 7: one post is under way per connection, and what piled up meanwhile goes out merged as one", async () => {
    const lab = await LambdaLab.start(table());
    const id = await lab.connect();
    const link = hold(lab, id);
    const job = await lab.ask(id);
    const done = lab.worker()(job);
    const call = await lab.model.next();
    await lab.frame(id, "start");
    for (const piece of ["a", "b", "c", "d"]) {
      call.push(piece);
      await lab.committed(JSON.stringify(piece));
    }
    expect([link.held, lab.frames(id).length]).toEqual([1, 1]);
    link.release();
    await lab.frame(id, "chunk");
    call.end();
    await done;
    expect(brief(lab.frames(id))).toEqual(["1-0 start", "2-4 chunk abcd", "2-5 done abcd"]);
    expect(link.most).toBe(1);
  });

  it("law 7: a viewer whose post hangs holds up neither the run nor another viewer", async () => {
    const lab = await LambdaLab.start(table());
    const [slow, other] = [await lab.connect(), await lab.connect()];
    const link = hold(lab, slow);
    const job = await lab.ask(slow);
    await lab.say(other, { action: "resume", streamId: job.streamId });
    const done = lab.worker()(job);
    const call = await lab.model.next();
    await lab.server.until(() => link.held === 1 && lab.frames(other).length === 1);
    for (const piece of ["a", "b", "c"]) {
      call.push(piece);
      await lab.server.until(() => lab.frames(other).some(({ content }) => content === piece));
    }
    call.end();
    await lab.frame(other, "done");
    expect([link.held, brief(lab.frames(slow))]).toEqual([1, ["1-0 start"]]);
    link.release();
    await done;
    expect(brief(lab.frames(other))).toEqual([
      "1-0 start",
      "2-1 chunk a",
      "2-2 chunk b",
      "2-3 chunk c",
      "2-4 done abc",
    ]);
    expect(brief(lab.frames(slow))).toEqual(["1-0 start", "2-3 chunk abc", "2-4 done abc"]);
  });

  it.each([
    { answer: 410, deletes: 0 },
    { answer: 500, deletes: 1 },
  ])("law 6: a viewer that is gone ($answer) ends its delivery, not the run", async ({ answer, deletes }) => {
    const lab = await LambdaLab.start(table());
    const [gone, other] = [await lab.connect(), await lab.connect()];
    const job = await lab.ask(gone);
    await lab.say(other, { action: "resume", streamId: job.streamId });
    lab.server.answers = ({ method, connectionId, body }) =>
      method === "POST" && connectionId === gone && body.includes("chunk") ? answer : undefined;
    const done = lab.worker()(job);
    const call = await lab.model.next();
    call.push("a");
    await lab.frame(gone, "chunk");
    await lab.frame(other, "chunk");
    call.push("b");
    call.end();
    await done;
    expect(brief(lab.frames(gone))).toEqual(["1-0 start", "2-1 chunk a"]);
    expect(lab.server.deleted(gone)).toBe(deletes);
    expect(brief(lab.frames(other)).at(-1)).toBe("2-3 done ab");
    expect(await lab.backend.store.head(job.streamId)).toMatchObject({ state: "complete", seq: 3 });
    expect(await lab.backend.roster.entry(job.streamId, gone)).toBeUndefined();
    await lab.forgotten(gone);
    // What it says after that comes from nobody who is known.
    await lab.say(gone, { action: "ping" });
    expect(lab.server.deleted(gone)).toBe(deletes + 1);
    expect(lab.frames(gone)).toHaveLength(2);
  });

  it("where nothing is known of a connection any more, nothing is posted, and its place in the roster is free", async () => {
    const lab = await LambdaLab.start(table());
    const [left, asker] = [await lab.connect(), await lab.connect()];
    const job = await lab.ask(asker);
    await lab.say(left, { action: "resume", streamId: job.streamId });
    await lab.event("DISCONNECT", left);
    const done = lab.worker()(job);
    (await lab.model.next()).end();
    await done;
    expect(lab.frames(left)).toEqual([]);
    expect(await lab.backend.roster.entry(job.streamId, left)).toBeUndefined();
    expect(brief(lab.frames(asker))).toEqual(["1-0 start", "2-1 done "]);
  });

  it("Ro2, Ro3: a viewer that resumes while it is being served is served once, from its new place", async () => {
    const lab = await LambdaLab.start(table());
    const id = await lab.connect();
    const job = await lab.ask(id);
    const done = lab.worker()(job);
    const call = await lab.model.next();
    call.push("a");
    await lab.frame(id, "chunk");
    const link = hold(lab, id);
    call.push("b");
    await lab.server.until(() => link.held === 1);
    await lab.say(id, { action: "resume", streamId: job.streamId, offset: "2-1" });
    call.push("c");
    await lab.committed('"c"');
    link.release();
    call.end();
    await done;
    const [start, a, b, ...rest] = brief(lab.frames(id));
    expect([start, a, b]).toEqual(["1-0 start", "2-1 chunk a", "2-2 chunk b"]);
    // From the new place on, everything once.
    expect(textOf(lab.frames(id).slice(3))).toBe("bc");
    expect(rest.at(-1)).toBe("2-4 done abc");
    expect(rest.filter((frame) => frame.includes("done"))).toHaveLength(1);
    expect(link.most).toBe(1);
  });

  it("Ro1, Ro3: whoever resumes behind the end, while its last frame is on its way, is served by the same worker, once", async () => {
    const lab = await LambdaLab.start(table());
    const id = await lab.connect();
    const job = await lab.ask(id);
    const done = lab.worker()(job);
    const call = await lab.model.next();
    call.push("a");
    await lab.frame(id, "chunk");
    const link = hold(lab, id);
    call.end();
    await lab.frame(id, "done");
    await lab.say(id, { action: "resume", streamId: job.streamId, offset: "1-0" });
    expect(link.held).toBe(1);
    link.release();
    await done;
    expect(brief(lab.frames(id))).toEqual(["1-0 start", "2-1 chunk a", "2-2 done a", "2-1 chunk a", "2-2 done a"]);
    expect(link.most).toBe(1);
    expect(await lab.backend.roster.entry(job.streamId, id)).toBeUndefined();
  });

  it("Ro1: after the end whoever resumes is served by the function that hears of it", async () => {
    const lab = await LambdaLab.start(table());
    const [asker, later] = [await lab.connect(), await lab.connect()];
    const job = await lab.ask(asker);
    const done = lab.worker()(job);
    const call = await lab.model.next();
    call.push("a", "b");
    call.end();
    await done;
    await lab.say(later, { action: "resume", streamId: job.streamId, offset: "1-0" });
    expect(brief(lab.frames(later))).toEqual(["2-2 chunk ab", "2-3 done ab"]);
    await lab.say(later, { action: "resume", streamId: job.streamId, offset: "2-3" });
    expect(brief(lab.frames(later)).at(-1)).toBe("ended");
  });

  it("law 8: a request that is repeated while it is served gets start once more; one run upstream", async () => {
    const lab = await LambdaLab.start(table());
    const id = await lab.connect();
    const job = await lab.ask(id, { requestId: "r" });
    const done = lab.worker()(job);
    const call = await lab.model.next();
    call.push("a");
    await lab.frame(id, "chunk");
    await lab.ask(id, { requestId: "r" });
    call.push("b");
    await lab.server.until(() => lab.frames(id).filter(({ type }) => type === "start").length === 2);
    call.end();
    await done;
    expect(brief(lab.frames(id)).toSorted()).toEqual([
      "1-0 start",
      "1-0 start",
      "2-1 chunk a",
      "2-2 chunk b",
      "2-3 done ab",
    ]);
    expect(lab.model.calls).toHaveLength(1);
  });

  it("law 6: a cancel reaches a run whose model is silent within 500 ms, and its viewers get the receipt", async () => {
    const lab = await LambdaLab.start(table());
    const [asker, canceller] = [await lab.connect(), await lab.connect()];
    const job = await lab.ask(asker);
    const done = lab.worker()(job);
    const call = await lab.model.next();
    call.push("abc");
    await lab.frame(asker, "chunk");
    await lab.looked(1);
    const cancelling = lab.say(canceller, { action: "cancel", streamId: job.streamId });
    await lab.head(job.streamId, ({ cancelRequested }) => cancelRequested);
    await lab.clock.advance(500);
    await call.stopped;
    await done;
    expect(lab.frames(asker).at(-1)).toMatchObject({ type: "cancelled", partialLength: 3 });
    await lab.pass(LOOK_MS, cancelling);
    expect(lab.frames(canceller)).toEqual([{ type: "ended", streamId: job.streamId, state: "cancelled" }]);
  });
});

function textOf(frames: readonly JsonObject[]): string {
  return frames.map(({ type, content }) => (type === "chunk" ? content : "")).join("");
}
