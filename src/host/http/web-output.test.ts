import type { Context } from "hono";
import { describe, expect, it } from "vitest";
import { settled } from "../../testing/fake-clock.ts";
import type { HostOutput } from "./event-stream.ts";
import { webOutput } from "./web-output.ts";

interface Opened {
  readonly output: HostOutput;
  readonly told: readonly string[];
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** The next piece; undefined at the end. */
  read(): Promise<string | undefined>;
}

function opened(): Opened {
  const output = webOutput(undefined as unknown as Context, { "Content-Type": "text/event-stream" });
  const told: string[] = [];
  output.onDrain(() => void told.push("drain"));
  output.onGone(() => void told.push("gone"));
  const reader = output.response.body!.getReader();
  return {
    output,
    told,
    reader,
    async read() {
      const { done, value } = await reader.read();
      return done ? undefined : Buffer.from(value).toString("utf8");
    },
  };
}

const PIECE = "x".repeat(16 * 1024);

describe("an event stream as a web response", () => {
  it("has the headers asked for, and brings what is written in order, then its end", async () => {
    const { output, read, told } = opened();
    expect([output.response.status, output.response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    output.write("data: grüße\n\n");
    output.write("data: 2\n\n");
    output.end();
    expect([await read(), await read(), await read()]).toEqual(["data: grüße\n\n", "data: 2\n\n", undefined]);
    expect(told.filter((what) => what === "gone")).toHaveLength(1);
  });

  it("law 7: says that it is full where its client does not read, loses nothing, and says when there is room again", async () => {
    const { output, read, told } = opened();
    await settled();
    expect([1, 2, 3].map(() => output.write(PIECE))).toEqual([true, true, true]);
    expect(output.write(PIECE)).toBe(false);
    const before = told.length;
    await settled();
    expect(told).toHaveLength(before);
    expect(await read()).toBe(PIECE);
    await settled();
    expect(told.slice(before)).toContain("drain");
    expect(output.write(PIECE)).toBe(false);
    output.end();
    const rest = [await read(), await read(), await read(), await read(), await read()];
    expect(rest).toEqual([PIECE, PIECE, PIECE, PIECE, undefined]);
  });

  it("tells once that its client is gone, and takes nothing after that", async () => {
    const { output, reader, told } = opened();
    output.write("1");
    await reader.cancel();
    expect(told.filter((what) => what === "gone")).toHaveLength(1);
    expect(output.write("2")).toBe(false);
    output.end();
    expect(told.filter((what) => what === "gone")).toHaveLength(1);
  });

  it("says how much waits to be read, and breaks off without an end where it is cut", async () => {
    const { output, read, told } = opened();
    output.write(PIECE);
    output.write(PIECE);
    await settled();
    const waiting = output.bufferedBytes;
    expect(await read()).toBe(PIECE);
    expect(waiting - output.bufferedBytes).toBe(PIECE.length);
    output.cut();
    await expect(read()).rejects.toThrow(/broken off/);
    expect(told.filter((what) => what === "gone")).toHaveLength(1);
    expect(output.bufferedBytes).toBe(0);
  });

  it("what is written after its end goes nowhere", async () => {
    const { output, read } = opened();
    output.end();
    expect(output.write("late")).toBe(false);
    output.end();
    expect(await read()).toBeUndefined();
  });
});
