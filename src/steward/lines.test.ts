import { describe, expect, it } from "vitest";
import { Lines } from "./lines.ts";
import { FakeClock, settled } from "../testing/fake-clock.ts";

interface Lab {
  readonly clock: FakeClock;
  readonly lines: Lines;
  readonly tried: string[];
  /** Attempts that may still succeed. */
  free: number;
  join(id: string, signal?: AbortSignal): Promise<string>;
}

function lab(): Lab {
  const clock = new FakeClock();
  const lines = new Lines(clock, 250);
  const made: Lab = {
    clock,
    lines,
    tried: [],
    free: 0,
    async join(id, signal = new AbortController().signal) {
      const attempt = async (): Promise<boolean> => {
        made.tried.push(id);
        if (made.free === 0) return false;
        made.free -= 1;
        return true;
      };
      await lines.join("line", id, attempt, signal);
      return id;
    },
  };
  return made;
}

describe("lines", () => {
  it("serves first who came first, and lets only the first try", async () => {
    const line = lab();
    const served: string[] = [];
    const all = ["a", "b", "c"].map((id) => line.join(id).then((who) => served.push(who)));
    await settled();
    expect(line.tried).not.toContain("b");
    for (const want of [["a"], ["a", "b"], ["a", "b", "c"]]) {
      line.free = 1;
      line.lines.stir("line");
      await settled();
      expect(served).toEqual(want);
    }
    await Promise.all(all);
    expect(line.clock.pending).toBe(0);
  });

  it("finds by itself what was left elsewhere, in one look", async () => {
    const line = lab();
    const served = line.join("a");
    await settled();
    line.free = 1;
    await line.clock.advance(250);
    expect(await served).toBe("a");
  });

  it("who leaves the line is not served, and holds nobody up", async () => {
    const line = lab();
    const leaving = new AbortController();
    const first = line.join("a", leaving.signal);
    const second = line.join("b");
    await settled();
    leaving.abort(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    line.free = 1;
    line.lines.stir("line");
    expect(await second).toBe("b");
    expect(line.lines.waiting("line")).toEqual([]);
  });

  it("an attempt that throws ends that wait alone", async () => {
    const line = lab();
    const broken = line.lines.join(
      "line",
      "a",
      () => Promise.reject(new Error("broken")),
      new AbortController().signal,
    );
    line.free = 1;
    const second = line.join("b");
    await expect(broken).rejects.toThrow("broken");
    expect(await second).toBe("b");
  });
});
