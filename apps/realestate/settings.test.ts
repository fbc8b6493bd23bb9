import { describe, expect, test } from "vitest";
import { realestateOptions } from "./settings.ts";
import { folderWith } from "./testing/folder.ts";

const signal = new AbortController().signal;

describe("where realestate's passages come from (DESIGN section 4)", () => {
  test("by default the sample documents are searched", async () => {
    const { retriever, modelArn } = realestateOptions({});
    expect(await retriever.search("bicycles", { limit: 1, signal })).toMatchObject([{ file: "parking.md" }]);
    expect(modelArn).toBeUndefined();
  });

  test("a folder of one's own takes their place", async () => {
    const documents = await folderWith({ "mine.md": "# Mine\nBicycles." });
    const { retriever } = realestateOptions({ documents });
    expect(await retriever.search("bicycles", { limit: 1, signal })).toMatchObject([{ file: "mine.md" }]);
  });

  test("a Knowledge Base has no library, and may have a model", () => {
    const base = { id: "KB12345678", region: "us-west-2" };
    expect(realestateOptions({ knowledgeBase: base }).retriever.library).toBeUndefined();
    expect(realestateOptions({ knowledgeBase: base }).modelArn).toBeUndefined();
    const modelArn = "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0";
    expect(realestateOptions({ knowledgeBase: { ...base, modelArn } }).modelArn).toBe(modelArn);
  });
});
