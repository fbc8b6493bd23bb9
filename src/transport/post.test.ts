import { beforeEach, describe, expect, it } from "vitest";
import { PostTransport, type Posted } from "./post.ts";

interface Call {
  readonly json: string;
  readonly answer: (posted: Posted) => void;
}

let calls: Call[];
let told: string[];
let hungUp: number;

beforeEach(() => {
  calls = [];
  told = [];
  hungUp = 0;
});

function transport(): PostTransport {
  const made = new PostTransport({
    post: (json) => new Promise((resolve) => void calls.push({ json, answer: resolve })),
    hurry: () => {},
    hangUp: async () => (hungUp += 1) > 0,
  });
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
    const post = transport();
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

  it("T2: it is not writable while a call is under way, and what drains goes out at once", async () => {
    const post = transport();
    expect(post.writable).toBe(true);
    post.send({ json: "1" });
    expect(post.writable).toBe(false);
    calls[0]!.answer("taken");
    await turns();
    expect([post.writable, told]).toEqual([true, ["drained"]]);
  });

  it("T3: where the client is gone nothing more is posted, and that is told once", async () => {
    const post = transport();
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
    const post = transport();
    post.send({ json: "error" });
    post.close();
    expect(hungUp).toBe(0);
    calls[0]!.answer("taken");
    await post.settled();
    expect([jsons(), hungUp, told]).toEqual([["error"], 1, ["gone"]]);
  });

  it("settles when everything was taken, at once where nothing is under way", async () => {
    const post = transport();
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
