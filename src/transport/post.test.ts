import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { PostTransport, type Posted } from "./post.ts";

interface Call {
  readonly json: string;
  readonly answer: (posted: Posted) => void;
}

let clock: FakeClock;
let calls: Call[];
let told: string[];
let hungUp: number;

beforeEach(() => {
  clock = new FakeClock();
  calls = [];
  told = [];
  hungUp = 0;
});

function transport(restMs: number): PostTransport {
  const made = new PostTransport(
    {
      post: (json) => new Promise((resolve) => void calls.push({ json, answer: resolve })),
      hangUp: async () => void (hungUp += 1),
    },
    clock,
    restMs,
  );
  made.listen({ drained: () => void told.push("drained"), gone: () => void told.push("gone") });
  return made;
}

const jsons = (): string[] => calls.map(({ json }) => json);

/** Lets everything happen that waits for nothing but its turn. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe("PostTransport", () => {
  it("T1: one call is under way at most, and frames go out in the order sent", async () => {
    const post = transport(0);
    for (const json of ["1", "2", "3"]) post.send({ json });
    expect(jsons()).toEqual(["1"]);
    calls[0]!.answer("taken");
    await turns();
    expect(jsons()).toEqual(["1", "2"]);
    calls[1]!.answer("taken");
    await turns();
    calls[2]!.answer("taken");
    await turns();
    expect(jsons()).toEqual(["1", "2", "3"]);
    expect(told).toEqual(["drained"]);
  });

  it("T2: it is not writable while a call is under way, nor while it rests after it", async () => {
    const post = transport(100);
    expect(post.writable).toBe(true);
    post.send({ json: "1" });
    expect(post.writable).toBe(false);
    await clock.advance(30);
    calls[0]!.answer("taken");
    await turns();
    await clock.advance(69);
    await turns();
    expect([post.writable, told]).toEqual([false, []]);
    await clock.advance(1);
    await turns();
    expect([post.writable, told]).toEqual([true, ["drained"]]);
  });

  it("a call that took longer than the rest is followed at once", async () => {
    const post = transport(100);
    post.send({ json: "1" });
    await clock.advance(250);
    calls[0]!.answer("taken");
    await turns();
    expect(post.writable).toBe(true);
  });

  it("T3: where the client is gone nothing more is posted, and that is told once", async () => {
    const post = transport(100);
    post.send({ json: "1" });
    post.send({ json: "2" });
    calls[0]!.answer("gone");
    await turns();
    post.send({ json: "3" });
    post.close();
    await post.settled();
    expect([jsons(), told, hungUp]).toEqual([["1"], ["gone"], 0]);
  });

  it("T4: what was sent goes out before it hangs up", async () => {
    const post = transport(0);
    post.send({ json: "error" });
    post.close();
    expect(hungUp).toBe(0);
    calls[0]!.answer("taken");
    await post.settled();
    await turns();
    expect([jsons(), hungUp, told]).toEqual([["error"], 1, ["gone"]]);
  });

  it("settles when everything was taken, at once where nothing is under way", async () => {
    const post = transport(0);
    await post.settled();
    post.send({ json: "1" });
    let settled = false;
    void post.settled().then(() => (settled = true));
    await turns();
    expect(settled).toBe(false);
    calls[0]!.answer("taken");
    await turns();
    expect(settled).toBe(true);
  });
});
