import { describe, expect, test } from "vitest";
import { realestateSettings } from "./settings.ts";
import { folderWith } from "./testing/folder.ts";

const signal = new AbortController().signal;

describe("the environment of realestate (DESIGN section 4)", () => {
  test("without KNOWLEDGE_BASE_ID the sample documents are searched", async () => {
    for (const environment of [{}, { KNOWLEDGE_BASE_ID: " ", SLUICE_DOCUMENTS: "", MODEL_ARN: "arn:x" }]) {
      const { retriever, modelArn } = realestateSettings(environment);
      expect(await retriever.search("bicycles", { limit: 1, signal })).toMatchObject([{ file: "parking.md" }]);
      expect(modelArn).toBeUndefined();
    }
  });

  test("SLUICE_DOCUMENTS names a folder of one's own", async () => {
    const folder = await folderWith({ "mine.md": "# Mine\nBicycles." });
    const { retriever } = realestateSettings({ SLUICE_DOCUMENTS: folder });
    expect(await retriever.search("bicycles", { limit: 1, signal })).toMatchObject([{ file: "mine.md" }]);
  });

  test("KNOWLEDGE_BASE_ID brings passages from Bedrock, which has no library; MODEL_ARN is its model", () => {
    const base = { KNOWLEDGE_BASE_ID: "KB12345678" };
    expect(realestateSettings(base).retriever.library).toBeUndefined();
    expect(realestateSettings(base).modelArn).toBeUndefined();
    const MODEL_ARN = "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0";
    expect(realestateSettings({ ...base, MODEL_ARN }).modelArn).toBe(MODEL_ARN);
    expect(realestateSettings({ ...base, MODEL_ARN, SLUICE_MODEL: "bedrock:x" }).modelArn).toBe(MODEL_ARN);
    expect(realestateSettings({ ...base, MODEL_ARN, SLUICE_MODEL: "openai:gpt" }).modelArn).toBeUndefined();
    expect(realestateSettings({ ...base, MODEL_ARN, SLUICE_MODEL: "offline" }).modelArn).toBeUndefined();
  });
});
