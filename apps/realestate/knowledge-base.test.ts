import { once } from "node:events";
import type { JsonObject } from "sluice";
import { SluiceError } from "sluice";
import { describe, expect, test } from "vitest";
import { knowledgeBase } from "./knowledge-base.ts";
import { markOf } from "./retriever.ts";
import { type KnowledgeBaseServer, startKnowledgeBase } from "./testing/knowledge-base-server.ts";

const signal = new AbortController().signal;

const ZONING: JsonObject = {
  content: { type: "TEXT", text: "In R1 at least 5 m." },
  location: { type: "S3", s3Location: { uri: "s3://our-bucket/codes/setbacks.md" } },
  score: 0.81,
  metadata: { heading: "Front setbacks", title: "Setbacks" },
};

function ask(
  server: KnowledgeBaseServer,
  query = "setbacks",
  limit = 5,
  timeoutMs = 15_000,
): Promise<readonly unknown[]> {
  return knowledgeBase({ knowledgeBaseId: "KB12345678", client: server.client, timeoutMs }).search(query, {
    limit,
    signal,
  });
}

async function failureOf(asking: Promise<unknown>): Promise<SluiceError> {
  const thrown = await asking.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(SluiceError);
  return thrown as SluiceError;
}

describe("a Knowledge Base, asked by the real SDK client", () => {
  test("sends Retrieve with the question, and gives passages with file and heading", async () => {
    await using server = await startKnowledgeBase({ results: [ZONING] });
    expect(await ask(server)).toEqual([
      {
        file: "codes/setbacks.md",
        heading: "Front setbacks",
        title: "Setbacks",
        text: "In R1 at least 5 m.",
        score: 0.81,
      },
    ]);
    expect(server.requests).toEqual([
      { path: "POST /knowledgebases/KB12345678/retrieve", body: { retrievalQuery: { text: "setbacks" } } },
    ]);
  });

  test.each<[string, JsonObject, string]>([
    [
      "a page of a web site",
      { location: { type: "WEB", webLocation: { url: "https://city.example/code" } } },
      "[https://city.example/code]",
    ],
    ["a Markdown heading in the text", { content: { text: "Intro.\n## Doors\nOpen." } }, "[a.pdf § Doors]"],
    ["a page number", { metadata: { "x-amz-bedrock-kb-document-page-number": 3 } }, "[a.pdf § page 3]"],
    [
      "a source in the metadata only",
      { location: undefined, metadata: { "x-amz-bedrock-kb-source-uri": "b.pdf" } },
      "[b.pdf]",
    ],
    ["a document of one's own", { location: { type: "CUSTOM", customDocumentLocation: { id: "code-7" } } }, "[code-7]"],
    ["nothing at all", { location: undefined }, "[knowledge base]"],
  ])("cites %s", async (_what, fields, mark) => {
    const plain = { content: { text: "Text." }, location: { type: "S3", s3Location: { uri: "s3://bucket/a.pdf" } } };
    await using server = await startKnowledgeBase({ results: [{ ...plain, ...fields }] });
    expect((await ask(server)).map((passage) => markOf(passage as never))).toEqual([mark]);
  });

  test("reads a table's row, leaves out what has no text, and gives no more than asked for", async () => {
    const row = {
      content: {
        type: "ROW",
        row: [
          { columnName: "zone", columnValue: "R1" },
          { columnName: "height", columnValue: "9" },
        ],
      },
    };
    await using server = await startKnowledgeBase({ results: [{ content: { type: "IMAGE" } }, row, ZONING, ZONING] });
    expect(await ask(server, "x", 2)).toMatchObject([{ text: "zone: R1\nheight: 9" }, { text: "In R1 at least 5 m." }]);
  });

  test("P2: nothing found is an empty list", async () => {
    await using server = await startKnowledgeBase({ results: [] });
    expect(await ask(server)).toEqual([]);
  });

  test("a long question is cut to what a search can use", async () => {
    await using server = await startKnowledgeBase({ results: [] });
    await ask(server, "x".repeat(5000));
    expect(server.requests[0]!.body).toEqual({ retrievalQuery: { text: "x".repeat(1000) } });
  });

  test("one that is throttled once is asked again by the SDK", async () => {
    await using server = await startKnowledgeBase({ error: "ThrottlingException", status: 429 }, { results: [ZONING] });
    expect(await ask(server)).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  test.each<[string, number, string, string]>([
    ["ThrottlingException", 429, "upstream_throttled", "The knowledge base takes no more questions for now."],
    ["ServiceQuotaExceededException", 400, "upstream_throttled", "The knowledge base takes no more questions for now."],
    ["ResourceNotFoundException", 404, "upstream_error", "The knowledge base does not exist."],
    ["AccessDeniedException", 403, "upstream_error", "The knowledge base refused access."],
    ["ValidationException", 400, "upstream_error", "The knowledge base did not accept the question."],
    ["InternalServerException", 500, "upstream_error", "The knowledge base could not be asked."],
  ])("P3: %s is told in words that name no account", async (error, status, code, sentence) => {
    const message = "User: arn:aws:sts::123456789012:assumed-role/secret is not authorized";
    await using server = await startKnowledgeBase({ error, status, message });
    const failure = await failureOf(ask(server));
    expect(failure).toMatchObject({ code, message: sentence });
    expect((failure.cause as Error).message).toBe(message);
  });

  test("P3: a broken connection is upstream_error", async () => {
    await using server = await startKnowledgeBase("cut");
    expect(await failureOf(ask(server))).toMatchObject({ code: "upstream_error" });
  });

  test("P3: one that never answers is a timeout, and the request is dropped", async () => {
    await using server = await startKnowledgeBase("hang");
    const coming = server.nextRequest();
    const asking = failureOf(ask(server, "x", 5, 50));
    const request = await coming;
    const dropped = once(request, "close");
    expect(await asking).toMatchObject({ code: "timeout" });
    await dropped;
  });

  test("P4: the signal aborts the request under way, and its reason is thrown", async () => {
    await using server = await startKnowledgeBase("hang");
    const controller = new AbortController();
    const reason = new Error("enough");
    const coming = server.nextRequest();
    const asking = knowledgeBase({ knowledgeBaseId: "KB12345678", client: server.client }).search("x", {
      limit: 5,
      signal: controller.signal,
    });
    const request = await coming;
    const dropped = once(request, "close");
    controller.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await dropped;
  });
});
