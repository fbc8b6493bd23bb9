import type { JsonObject } from "sluice";
import type { Server } from "sluice/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { MARSHES } from "./testing/articles.ts";
import { startTitles } from "./testing/titles-server.ts";

let server: Server;
beforeAll(async () => {
  server = await startTitles();
});
afterAll(() => server.close());

/** Sends one message and collects the frames up to the first of one of these types. */
function converse(message: unknown, ...until: string[]): Promise<JsonObject[]> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/titles`);
  const frames: JsonObject[] = [];
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => socket.send(JSON.stringify(message)));
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as JsonObject;
      frames.push(frame);
      if (!until.includes(String(frame["type"]))) return;
      socket.close();
      resolve(frames);
    });
  });
}

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/titles/stream`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** The text that seed 001's page shows: a chunk that follows a progress clears what is there, the end replaces it. */
function shownBy(frames: readonly JsonObject[]): string {
  let shown = "";
  let loading = true;
  for (const frame of frames) {
    if (frame["type"] === "progress") loading = true;
    if (frame["type"] !== "stream_chunk") continue;
    shown = (loading ? "" : shown) + String(frame["content"]);
    loading = false;
  }
  return shown;
}

const input = { projectId: "test", userInput: MARSHES };

describe("titles, from the wire to the emulated Bedrock and back (seed 001)", () => {
  test("WebSocket: start, progress 10, chunks, progress 100, stream_complete; the page shows the whole text", async () => {
    const frames = await converse({ action: "stream", ...input, chat_history: [] }, "stream_complete", "error");
    const streamId = frames[0]!["streamId"];
    expect(frames[0]).toEqual({ type: "start", streamId: expect.any(String), offset: "1-0" });
    expect(frames[1]).toEqual({
      type: "progress",
      step: "Analyzing prompt cards...",
      progress: 10,
      stage: "analyzing",
      streamId,
      offset: "1-1",
    });
    const end = frames.at(-1)!;
    expect(end).toMatchObject({ type: "stream_complete", sessionId: "test", streamId });
    expect(shownBy(frames)).toBe(end["fullContent"]);
    expect(end["titles"]).toHaveLength(6);
    expect(String(end["fullContent"])).toContain("Salt Marshes");
    const chunks = frames.filter(({ type }) => type === "stream_chunk");
    expect(chunks.length).toBeGreaterThanOrEqual(1);
    expect(chunks.every(({ sessionId }) => sessionId === "test")).toBe(true);
    expect(frames.at(-2)).toMatchObject({ type: "progress", progress: 100, stage: "finalizing" });
  });

  test("the seed's own wscat line works", async () => {
    const frames = await converse(
      { action: "stream", projectId: "test", userInput: "Hello" },
      "stream_complete",
      "error",
    );
    expect(frames.at(-1)!["titles"]).toContain("Why Hello?");
  });

  test("law 11: a message without a project is answered in the app's dialect", async () => {
    const frames = await converse({ action: "stream", userInput: "Hello" }, "error");
    expect(frames).toEqual([{ type: "error", code: "bad_request", message: expect.stringContaining("projectId") }]);
  });

  test("SSE: the same objects as on the WebSocket, each under its offset", async () => {
    const response = await post(input, { Accept: "text/event-stream" });
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const events = (await response.text()).split("\n\n").filter((block) => block.includes("data: "));
    const frames = events.map((block) => JSON.parse(/^data: (.*)$/m.exec(block)![1]!) as JsonObject);
    const ids = events.map((block) => /^id: (.*)$/m.exec(block)![1]);
    expect(ids).toEqual(frames.map(({ offset }) => offset));
    expect(frames.slice(0, 2)).toMatchObject([{ type: "start" }, { type: "progress", progress: 10 }]);
    expect(frames.at(-1)).toMatchObject({ type: "stream_complete", sessionId: "test" });
    expect(shownBy(frames)).toBe(frames.at(-1)!["fullContent"]);
  });

  test("REST: one stream_complete object", async () => {
    const response = await post(input);
    expect(response.status).toBe(200);
    const body = (await response.json()) as JsonObject;
    expect(body).toMatchObject({ type: "stream_complete", sessionId: "test", titles: expect.any(Array) });
    expect(body["fullContent"]).toContain((body["titles"] as string[])[0]);
  });

  test("the project's cards shape the titles, those of another project do not", async () => {
    await fetch(`${server.url}/titles/projects/quiz/cards`, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ cards: [{ name: "Format", text: "Exactly 3 titles, as questions" }] }),
    });
    const quiz = (await (await post({ ...input, projectId: "quiz" })).json()) as { titles: string[] };
    expect(quiz.titles).toHaveLength(3);
    expect(quiz.titles.every((title) => title.endsWith("?"))).toBe(true);
    const other = (await (await post(input)).json()) as { titles: string[] };
    expect(other.titles).toHaveLength(6);
  });

  test("the chat history makes a follow-up of a message", async () => {
    const first = (await (await post(input)).json()) as { fullContent: string };
    const chat_history = [
      { role: "user", content: MARSHES },
      { role: "assistant", content: first.fullContent },
    ];
    const response = await post({ projectId: "test", userInput: "Four shorter titles", chat_history });
    const { titles } = (await response.json()) as { titles: string[] };
    expect(titles).toHaveLength(4);
    expect(titles.join("\n")).toContain("Salt Marshes");
  });

  test("law 6: a cancel by request id ends the answer with its receipt, and what was shown stays", async () => {
    await using slow = await startTitles({ firstTokenMs: 0, tokensPerSecond: 0.5 });
    const socket = new WebSocket(`${slow.url.replace("http", "ws")}/titles?session=s`);
    const frames: JsonObject[] = [];
    const last = await new Promise<JsonObject>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", () => socket.send(JSON.stringify({ action: "stream", requestId: "r", ...input })));
      socket.on("message", (data) => {
        const frame = JSON.parse(String(data)) as JsonObject;
        frames.push(frame);
        if (frame["type"] === "stream_chunk") socket.send(JSON.stringify({ action: "cancel", requestId: "r" }));
        if (["cancelled", "stream_complete", "error"].includes(String(frame["type"]))) resolve(frame);
      });
    });
    socket.close();
    expect(last).toMatchObject({ type: "cancelled", requestId: "r", partialLength: shownBy(frames).length });
    expect(shownBy(frames)).not.toBe("");
  });
});
