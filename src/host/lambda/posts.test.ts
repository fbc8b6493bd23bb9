import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Clock } from "../../clock.ts";
import { silentLogger } from "../../logger.ts";
import { PostTransport } from "../../transport/post.ts";
import { Posts } from "./posts.ts";
import { CallbackServer } from "./test-support/callback-server.ts";

/** Time that passes at once for whoever waits; keeps how long that would have been. */
function hastyClock(): Clock & { readonly pauses: number[] } {
  const pauses: number[] = [];
  let now = 0;
  return {
    pauses,
    now: () => now,
    after(ms, callback) {
      pauses.push(ms);
      now += ms;
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    },
    turn: (callback) => void setImmediate(callback),
  };
}

interface Lab {
  readonly server: CallbackServer;
  readonly posts: Posts;
  readonly pauses: readonly number[];
  /** How long each frame took that was taken. */
  readonly took: readonly number[];
  /** A link to the connection `c=`. */
  open(): { readonly transport: PostTransport; readonly told: string[] };
}

async function lab(): Promise<Lab> {
  const server = await CallbackServer.start();
  const clock = hastyClock();
  const took: number[] = [];
  const posts = new Posts(clock, silentLogger, (ms) => void took.push(ms));
  return {
    server,
    posts,
    pauses: clock.pauses,
    took,
    open() {
      const transport = new PostTransport(posts.line(server.url, ID));
      const told: string[] = [];
      transport.listen({ drained: () => void told.push("drained"), gone: () => void told.push("gone") });
      return { transport, told };
    },
  };
}

const ID = "c=";
const FRAMES = ["1", "2", "3"];

describe("Posts", () => {
  it("brings frames to @connections one after another, and hears how long each took", async () => {
    const { server, open, took } = await lab();
    const { transport, told } = open();
    for (const json of FRAMES) transport.send({ json });
    await transport.settled();
    expect(server.posted(ID)).toEqual(FRAMES);
    expect(told).toEqual(["drained"]);
    expect(took).toHaveLength(3);
  });

  it("410: the client is gone, nothing more is posted, and nobody hangs up", async () => {
    const { server, open, took } = await lab();
    server.answers = () => 410;
    const { transport, told } = open();
    for (const json of FRAMES) transport.send({ json });
    await transport.settled();
    transport.send({ json: "4" });
    await transport.settled();
    expect(server.requests).toEqual([{ method: "POST", connectionId: ID, body: "1" }]);
    expect([told, took]).toEqual([["gone"], []]);
  });

  it("law 3: 429 is tried again in order after growing pauses, and nothing is lost or doubled", async () => {
    const { server, open, pauses } = await lab();
    const taken: string[] = [];
    let refusals = 7;
    server.answers = ({ body }) => {
      refusals -= 1;
      if (refusals >= 0) return 429;
      taken.push(body);
      return 200;
    };
    const { transport, told } = open();
    for (const json of FRAMES) transport.send({ json });
    await transport.settled();
    expect(taken).toEqual(FRAMES);
    const longest = [50, 100, 200, 400, 800, 1600, 1600];
    expect(pauses).toHaveLength(longest.length);
    for (const [index, ms] of longest.entries()) {
      expect(pauses[index]).toBeGreaterThanOrEqual(ms / 2);
      expect(pauses[index]).toBeLessThanOrEqual(ms);
    }
    expect(told).toEqual(["drained"]);
  });

  it("law 3: a frame that is refused with 429 for too long ends its connection, for the client to come back", async () => {
    const { server, open } = await lab();
    server.answers = ({ method }) => (method === "POST" ? 429 : undefined);
    const { transport, told } = open();
    for (const json of FRAMES) transport.send({ json });
    await transport.settled();
    expect(new Set(server.posted(ID))).toEqual(new Set(["1"]));
    expect([server.requests.at(-1)!.method, server.deleted(ID)]).toEqual(["DELETE", 1]);
    expect(told).toEqual(["gone"]);
  });

  it.each([500, 502, 503, 504, 403, 400, 413, "cut"] as const)(
    "law 3: after %s nobody knows whether the frame was shown: it is never posted again, its connection is ended",
    async (outcome) => {
      const { server, open, took } = await lab();
      server.answers = ({ method, body }) => (method === "POST" && body === "2" ? outcome : undefined);
      const { transport, told } = open();
      for (const json of FRAMES) transport.send({ json });
      await transport.settled();
      expect(server.requests.map(({ method, body }) => [method, body])).toEqual([
        ["POST", "1"],
        ["POST", "2"],
        ["DELETE", ""],
      ]);
      expect([told, took.length]).toEqual([["gone"], 1]);
    },
  );

  it("law 3: so it is where the answer does not come within ten seconds", async () => {
    const { server, open } = await lab();
    const { transport, told } = open();
    transport.send({ json: "1" });
    await transport.settled();
    const asked = Promise.withResolvers<void>();
    server.answers = ({ method }) => {
      if (method !== "POST") return undefined;
      asked.resolve();
      return new Promise<number>(() => {});
    };
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    for (const json of ["2", "3"]) transport.send({ json });
    await asked.promise;
    await vi.advanceTimersByTimeAsync(9_900);
    expect(told).toEqual(["drained"]);
    await vi.advanceTimersByTimeAsync(200);
    vi.useRealTimers();
    await transport.settled();
    expect(server.posted(ID)).toEqual(["1", "2"]);
    expect(server.deleted(ID)).toBe(1);
    expect(told).toEqual(["drained", "gone"]);
  });

  it("hangs up, again where that may help, and says whether it did", async () => {
    const { server, posts } = await lab();
    const hangUp = (): Promise<boolean> => posts.line(server.url, ID).hangUp();
    for (const [answer, done, tries] of [
      [204, true, 1],
      [410, true, 1],
      [403, false, 1],
      [500, false, 5],
      [429, false, 5],
      ["cut", false, 5],
    ] as const) {
      server.answers = () => answer;
      const before = server.deleted(ID);
      expect([answer, await hangUp(), server.deleted(ID) - before]).toEqual([answer, done, tries]);
    }
    let refusals = 2;
    server.answers = () => ((refusals -= 1) >= 0 ? 429 : 204);
    expect(await hangUp()).toBe(true);
  });

  it("law 7: a link that is closed while it is refused tries no longer", async () => {
    const { server, open } = await lab();
    server.answers = ({ method }) => (method === "POST" ? 429 : 204);
    const { transport } = open();
    transport.send({ json: "1" });
    transport.close();
    await transport.settled();
    expect(server.posted(ID).length).toBeLessThan(3);
    expect(server.deleted(ID)).toBeGreaterThan(0);
  });
});
