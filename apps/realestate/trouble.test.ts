import { type JsonObject, SluiceError } from "sluice";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { knowledgeBase } from "./knowledge-base.ts";
import type { Passage, Retriever } from "./retriever.ts";
import { startKnowledgeBase } from "./testing/knowledge-base-server.ts";
import { shownBy, startRealestate } from "./testing/realestate-server.ts";

const HEIGHT: Passage = { file: "a.md", heading: "Height", title: "A", text: "At most 9 m in R1.", score: 1 };
const ASK = { action: "invoke", question: "How tall in R1?", query_type: "rag" };

function failing(error: Error): Retriever {
  return { search: () => Promise.reject(error) };
}

interface Asked {
  readonly query: string;
  readonly signal: AbortSignal;
  answer(passages: readonly Passage[]): void;
}

/** Searches that wait until the test answers them. */
function heldRetriever(): { retriever: Retriever; asked: Promise<Asked> } {
  const { promise: asked, resolve } = Promise.withResolvers<Asked>();
  const retriever: Retriever = {
    search: (query, { signal }) =>
      new Promise((answer, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        resolve({ query, signal, answer });
      }),
  };
  return { retriever, asked };
}

describe("a search that fails", () => {
  test.each<[Error, string]>([
    [new SluiceError("upstream_throttled", "The library is busy."), "The library is busy."],
    [new Error("EACCES: /srv/secret"), "Something went wrong on the server."],
  ])("%s: the tool's error reaches the model, which answers on", async (error, shown) => {
    await using lab = await startRealestate({ retriever: failing(error) });
    const frames = await lab.converse(ASK, "result", "error");
    expect(frames.at(-1)).toMatchObject({
      type: "result",
      data: { success: true, agent: "rag", tools_available: 1, tools_used: 1 },
    });
    expect(shownBy(frames)).toContain(`I could not search the documents: ${shown}`);
    expect(JSON.stringify(lab.emulator.calls.at(-1)!.body)).not.toContain("secret");
  });

  test("a Knowledge Base that is throttled is told by its tool result; the next question finds it again", async () => {
    const throttled = { error: "ThrottlingException", status: 429 } as const;
    const text = {
      content: { text: "At most 9 m in R1." },
      location: { type: "S3", s3Location: { uri: "s3://b/code.pdf" } },
    };
    await using base = await startKnowledgeBase(throttled, throttled, { results: [text] });
    await using lab = await startRealestate({
      retriever: knowledgeBase({ knowledgeBaseId: "KB1", client: base.client }),
    });
    const first = await lab.converse(ASK, "result", "error");
    expect(shownBy(first)).toContain("The knowledge base takes no more questions for now.");
    const second = await lab.converse(ASK, "result", "error");
    expect(shownBy(second)).toContain("At most 9 m in R1. [code.pdf]");
    expect(second.at(-1)).toMatchObject({ data: { tools_available: 1, tools_used: 1 } });
    expect(base.requests.at(-1)!.body).toEqual({ retrievalQuery: { text: "tall R1" } });
  });

  test("law 6: a cancel in the middle of a tool call aborts the search and asks the model nothing more", async () => {
    const { retriever, asked } = heldRetriever();
    await using lab = await startRealestate({ retriever });
    const socket = new WebSocket(`${lab.url.replace("http", "ws")}?session=s`);
    const last = Promise.withResolvers<JsonObject>();
    const frames: JsonObject[] = [];
    socket.on("open", () => socket.send(JSON.stringify({ ...ASK, requestId: "r" })));
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as JsonObject;
      frames.push(frame);
      if (["cancelled", "result", "error"].includes(String(frame["type"]))) last.resolve(frame);
    });
    const search = await asked;
    const aborted = new Promise<void>((resolve) => search.signal.addEventListener("abort", () => resolve()));
    socket.send(JSON.stringify({ action: "cancel", requestId: "r" }));
    expect(await last.promise).toMatchObject({
      type: "cancelled",
      requestId: "r",
      partialLength: 0,
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    });
    await aborted;
    socket.close();
    await lab.server.close();
    expect(lab.emulator.calls).toHaveLength(1);
    expect(frames.map(({ type }) => type)).toEqual(["start", "status", "cancelled"]);
  });

  test("law 3: who leaves in the middle of a tool call and resumes gets every later frame once", async () => {
    const { retriever, asked } = heldRetriever();
    await using lab = await startRealestate({ retriever });
    const [start, status] = await lab.converse(ASK, "status");
    const search = await asked;
    const resumed = lab.converse(
      { action: "resume", streamId: start!["streamId"], offset: status!["offset"] },
      "result",
      "error",
    );
    search.answer([HEIGHT]);
    const frames = await resumed;
    expect(frames.map(({ type }) => type).slice(-2)).toEqual(["message", "result"]);
    expect(frames.at(-1)).toMatchObject({ data: { content: shownBy(frames) } });
    expect(shownBy(frames)).toContain("At most 9 m in R1. [a.md § Height]");
  });
});

describe("a model that fails", () => {
  const retriever: Retriever = { search: async () => [HEIGHT] };

  test("throttled: the error in this dialect, and the next question is answered", async () => {
    await using lab = await startRealestate({ retriever });
    lab.emulator.fail({ fault: { exception: "ThrottlingException" } });
    const response = await lab.post({ question: "x" });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      type: "error",
      code: "upstream_throttled",
      error: expect.any(String),
    });
    expect((await lab.post({ question: "x" })).status).toBe(200);
  });

  test("law 10: one whose answer is cut after the tool call ends as upstream_truncated; what was shown stays", async () => {
    await using lab = await startRealestate({ retriever });
    const wholeCall = {};
    lab.emulator.fail([wholeCall, { fault: "end", at: 6 }]);
    const all = await lab.converse(ASK, "result", "error");
    expect(all.at(-1)).toMatchObject({ type: "error", code: "upstream_truncated", timestamp: expect.any(Number) });
    const report = (await (
      await fetch(`${lab.url}/streams/${String(all[0]!["streamId"])}`, { headers: { Accept: "application/json" } })
    ).json()) as JsonObject;
    expect(report).toMatchObject({ state: "error", text: shownBy(all), error: { code: "upstream_truncated" } });
    expect(shownBy(all)).not.toBe("");
  });

  test("one that says nothing is upstream_error", async () => {
    await using lab = await startRealestate({ retriever, standIn: () => [{ text: " " }] });
    const response = await lab.post({ question: "x" });
    expect(await response.json()).toMatchObject({
      code: "upstream_error",
      error: "The model ended without an answer.",
    });
  });

  test("one that calls a tool that it does not have, or with a wrong input, is told so and goes on", async () => {
    const results: unknown[] = [];
    await using lab = await startRealestate({
      retriever,
      standIn: ({ messages }) => {
        const turn = messages.filter(({ role }) => role === "assistant").length;
        results.push(...messages.at(-1)!.content.flatMap(({ toolResult }) => toolResult?.status ?? []));
        if (turn === 0) return [{ toolUse: { name: "no_such_tool", input: {} } }];
        if (turn === 1) return [{ toolUse: { name: "search_documents", input: { query: "  " } } }];
        return "Done.";
      },
    });
    const body = (await (await lab.post({ question: "x", query_type: "rag" })).json()) as { data: JsonObject };
    expect(results).toEqual(["error", "error"]);
    expect(body.data).toMatchObject({ content: "Done.", tools_available: 1, tools_used: 1 });
  });

  test("what it says before a tool call is a paragraph of its own, and part of the answer", async () => {
    await using lab = await startRealestate({
      retriever,
      standIn: ({ messages }) =>
        messages.length === 1
          ? [{ text: "Let me look." }, { toolUse: { name: "search_documents", input: { query: "height" } } }]
          : "9 m [a.md § Height]",
    });
    const frames = await lab.converse(ASK, "result", "error");
    expect(frames.at(-1)).toMatchObject({ data: { content: "Let me look.\n\n9 m [a.md § Height]" } });
    expect(frames.filter(({ type }) => type === "message")).toMatchObject([{ content: shownBy(frames) }]);
    expect(shownBy(frames)).toBe("Let me look.\n\n9 m [a.md § Height]");
  });
});
