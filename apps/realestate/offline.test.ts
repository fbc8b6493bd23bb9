import type { JsonObject } from "sluice";
import type { ContentBlock, PromptTool, StandInRequest } from "sluice/emulator/bedrock";
import { describe, expect, test } from "vitest";
import { realestateStandIn } from "./offline.ts";
import { promptOf } from "./prompt.ts";

const tool = (name: string): PromptTool => ({ name, description: "", inputSchema: {} });
const TOOLS = ["search_documents", "lot_coverage"].map(tool);

interface Step {
  readonly name: string;
  readonly status?: "success" | "error";
  readonly content: readonly { readonly text?: string; readonly json?: JsonObject }[];
}

/** The stand-in's turn, after these tool calls. */
function turn(question: string, steps: readonly Step[] = [], tools: readonly PromptTool[] = TOOLS, context?: string) {
  const messages: StandInRequest["messages"] = [
    { role: "user", content: [{ text: promptOf({ question, context }) }] },
    ...steps.flatMap(({ name, status = "success", content }, index) => {
      const toolUseId = `call-${index}`;
      const asked: ContentBlock = { toolUse: { toolUseId, name, input: {} } };
      const told: ContentBlock = { toolResult: { toolUseId, status, content } };
      return [
        { role: "assistant" as const, content: [asked] },
        { role: "user" as const, content: [told] },
      ];
    }),
  ];
  return realestateStandIn({
    modelId: "offline.realestate",
    system: "",
    messages,
    tools,
    inferenceConfig: {},
    signal: new AbortController().signal,
  });
}

const passage = (heading: string, text: string): JsonObject => ({
  citation: `[a.md § ${heading}]`,
  file: "a.md",
  heading,
  title: "Code",
  text,
});
const search = (...passages: JsonObject[]): Step => ({ name: "search_documents", content: [{ json: { passages } }] });

describe("the stand-in for the agents' model", () => {
  test("searches with the words of the question that matter", () => {
    expect(turn("What are the setbacks for a garage?")).toEqual([
      { toolUse: { name: "search_documents", input: { query: "setbacks garage" } } },
    ]);
    expect(turn("What about it?", [], TOOLS, "A garage")).toEqual([
      { toolUse: { name: "search_documents", input: { query: "garage" } } },
    ]);
    expect(turn("???")).toEqual([{ toolUse: { name: "search_documents", input: { query: "???" } } }]);
  });

  test("answers with the sentences that share most with the question, in their order, each passage with its citation", () => {
    const text = "Hello there. Sheds are low. A garage stands 1 m off. Nothing else. Garage doors open inwards. Bye.";
    const answer = String(turn("garage doors", [search(passage("Garages", text))]));
    expect(answer).toContain("Hello there. A garage stands 1 m off. Garage doors open inwards. [a.md § Garages]");
    expect(answer).toContain("(Code)");
    expect(answer).not.toContain("Bye");
  });

  test("takes a result that came as text too, and leaves quoted remarks out", () => {
    const result = { passages: [passage("Doors", "> A remark.\n\nDoors open outwards.")] };
    const answer = String(turn("doors", [{ name: "search_documents", content: [{ text: JSON.stringify(result) }] }]));
    expect(answer).toContain("- Doors: Doors open outwards. [a.md § Doors]");
    expect(answer).not.toContain("remark");
  });

  test("says so where nothing was found, and where the search failed", () => {
    expect(turn("moons of Jupiter", [search()])).toMatch(/^I found nothing about “moons Jupiter”/);
    const failed: Step = { name: "search_documents", status: "error", content: [{ text: "Error: It is busy." }] };
    expect(turn("doors", [failed])).toMatch(
      /^I could not search the documents: It is busy\. Without them I give no answer/,
    );
  });

  test("without a search tool it does not pretend to have searched", () => {
    expect(turn("doors", [], [])).toMatch(/^I found nothing/);
  });

  const COVERAGE = passage(
    "Lot coverage",
    "Buildings may cover 40 percent of a lot in R1, 50 percent in R2\nand 60 percent in R3.",
  );

  test.each<[string, JsonObject]>([
    ["a house of 260 m² on a lot of 600 m² in R1", { lotArea: 600, coveredArea: 260, limitPercent: 40 }],
    ["a 2,100 sq ft house on a 6,000 sq ft lot in R2", { lotArea: 6000, coveredArea: 2100, limitPercent: 50 }],
    ["a house of 260 m² on a lot of 600 m²", { lotArea: 600, coveredArea: 260 }],
  ])("reckons what the question gives the figures for: %s", (question, input) => {
    expect(turn(question, [search(COVERAGE)])).toEqual([{ toolUse: { name: "lot_coverage", input } }]);
  });

  test.each(["a house of 260 m² in R1", "a lot of 600 m²", "How much of a lot may a house cover?"])(
    "reckons nothing where a figure is missing: %s",
    (question) => {
      expect(typeof turn(question, [search(COVERAGE)])).toBe("string");
    },
  );

  test("tells what was reckoned", () => {
    const reckoned = (value: JsonObject): string =>
      String(
        turn("a house of 260 m² on a lot of 600 m²", [
          search(COVERAGE),
          { name: "lot_coverage", content: [{ json: value }] },
        ]),
      );
    expect(reckoned({ coveragePercent: 43.33 })).toContain("The building would cover 43.33 percent of the lot.");
    expect(reckoned({ coveragePercent: 30, limitPercent: 40, withinLimit: true })).toContain(
      "within the limit of 40 percent.",
    );
  });

  test("the same question, the same answer", () => {
    const steps = [search(COVERAGE)];
    expect(turn("coverage", steps)).toBe(turn("coverage", steps));
  });
});
