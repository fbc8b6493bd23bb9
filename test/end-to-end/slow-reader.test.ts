import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { expect, it } from "vitest";
import { numberedText } from "../../src/testing/numbered-tokens.ts";
import { disorder, textOf } from "./support/frames.ts";
import { oneProcess } from "./support/one-process.ts";
import { SocketClient } from "./support/socket-client.ts";

const KB = 1024;
/** 16 MB: more than the kernel takes for a reader that does not read. */
const RUN = { count: 40_000, padding: 400, burst: 40 };

it("law 7: a reader that stops costs itself only, in bounded memory, and catches up in bigger steps", async () => {
  const sockets = new Set<Socket>();
  const collect = (message: unknown): void => void sockets.add((message as { readonly socket: Socket }).socket);
  subscribe("net.server.socket", collect);
  try {
    await using deployment = await oneProcess({ limits: { maxBufferedBytes: 256 * KB, readBytes: 256 * KB } });
    const text = numberedText(RUN.count, RUN.padding);
    await using slow = await SocketClient.open(`${deployment.wsUrl}/proof`);
    const serverSide = [...sockets].find(({ remotePort }) => remotePort === slow.socket.localPort)!;
    slow.send({ action: "tokens", ...RUN });
    const { streamId } = await slow.log.first(({ type }) => type === "start");
    slow.socket.pause();
    let buffered = 0;
    const sampling = setInterval(() => (buffered = Math.max(buffered, serverSide.writableLength)), 1);
    const readers = await Promise.all(Array.from({ length: 5 }, () => SocketClient.open(`${deployment.wsUrl}/proof`)));
    for (const reader of readers) reader.send({ action: "resume", streamId });
    for (const reader of readers) {
      const frames = await reader.log.whole(streamId);
      expect([disorder(frames), textOf(frames) === text]).toEqual([[], true]);
      await reader.close();
    }
    clearInterval(sampling);
    // It really was left behind, with the server holding a part for it, and no more than its limit and one batch.
    expect(slow.frames.some(({ type }) => type === "stream_complete")).toBe(false);
    expect(buffered).toBeGreaterThan(0);
    expect(buffered).toBeLessThan(256 * KB + 2 * 256 * KB);
    const before = slow.frames.length;
    slow.socket.resume();
    const frames = await slow.log.whole(streamId);
    expect([disorder(frames), textOf(frames) === text]).toEqual([[], true]);
    expect(frames.length - before).toBeLessThan(RUN.count / 4);
    process.stdout.write(
      `slow reader: ${Math.round(buffered / KB)} KB held, ${frames.length} frames for ${RUN.count} tokens\n`,
    );
  } finally {
    unsubscribe("net.server.socket", collect);
  }
}, 60_000);
