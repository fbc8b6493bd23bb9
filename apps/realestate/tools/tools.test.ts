import type { InvokableTool, Tool } from "@strands-agents/sdk";
import { type Json, type JsonObject, type LogFields, SluiceError, silentLogger } from "sluice";
import { describe, expect, test } from "vitest";
import { buildingCodesAgent } from "../agents/building-codes.ts";
import { generalAgent } from "../agents/general.ts";
import { ragAgent } from "../agents/rag.ts";
import { zoningAgent } from "../agents/zoning.ts";
import { Findings } from "../findings.ts";
import { localDocuments } from "../local-documents.ts";
import type { Library, Passage, Retriever } from "../retriever.ts";
import { SAMPLE_DOCUMENTS } from "../settings.ts";
import type { Toolkit } from "./toolkit.ts";

function kitFor(retriever: Retriever = localDocuments(SAMPLE_DOCUMENTS)): Toolkit {
  return { retriever, findings: new Findings(), signal: new AbortController().signal, log: silentLogger };
}

function use(tools: readonly Tool[], name: string, input: JsonObject): Promise<Json> {
  const found = tools.find((tool) => tool.name === name) as InvokableTool<JsonObject, Json>;
  return found.invoke(input);
}

const names = (tools: readonly Tool[]): string[] => tools.map(({ name }) => name);
const DOCUMENTS = ["search_documents", "list_documents", "read_section"];
const SITE = ["lot_coverage", "floor_area_ratio"];
const BUILDING = ["occupant_load", "ramp_slope"];

describe("the tools of each agent", () => {
  test("are those that it has a use for", () => {
    expect(names(ragAgent.tools(kitFor()))).toEqual(DOCUMENTS);
    expect(names(zoningAgent.tools(kitFor()))).toEqual([...DOCUMENTS, ...SITE]);
    expect(names(buildingCodesAgent.tools(kitFor()))).toEqual([...DOCUMENTS, ...BUILDING]);
    expect(names(generalAgent.tools(kitFor()))).toEqual([...DOCUMENTS, ...SITE, ...BUILDING]);
  });

  test("where there is no library, nothing offers to list or read it", () => {
    expect(names(zoningAgent.tools(kitFor({ search: async () => [] })))).toEqual(["search_documents", ...SITE]);
  });
});

describe("the tools for documents", () => {
  test("search_documents gives passages with their citations, and the run remembers them", async () => {
    const kit = kitFor();
    const answer = (await use(ragAgent.tools(kit), "search_documents", { query: "grease trap" })) as JsonObject;
    const [first] = answer["passages"] as readonly JsonObject[];
    expect(first).toEqual({
      citation: "[restaurants.md § Grease traps]",
      file: "restaurants.md",
      heading: "Grease traps",
      title: "Quillhaven sample code: restaurants",
      text: expect.stringContaining("50 litres for each ten seats"),
    });
    expect(kit.findings.citedIn(String(first!["citation"]))).toHaveLength(1);
  });

  test("law 11: search_documents takes no query of more than 1,000 characters", async () => {
    const asked: string[] = [];
    const search: Retriever["search"] = async (query) => {
      asked.push(query);
      return [];
    };
    const tools = ragAgent.tools(kitFor({ search }));
    await use(tools, "search_documents", { query: "x".repeat(1000) });
    await expect(use(tools, "search_documents", { query: "x".repeat(1001) })).rejects.toThrow();
    expect(asked).toEqual(["x".repeat(1000)]);
  });

  test("list_documents and read_section lead to the same sections", async () => {
    const kit = kitFor();
    const tools = ragAgent.tools(kit);
    const { documents } = (await use(tools, "list_documents", {})) as { documents: readonly JsonObject[] };
    expect(documents).toContainEqual({
      file: "permits.md",
      title: "Quillhaven sample code: permits",
      headings: expect.arrayContaining(["Variances"]),
    });
    const place = { file: "permits.md", heading: "Variances" };
    expect(await use(tools, "read_section", place)).toMatchObject({
      ...place,
      text: expect.stringContaining("hardship"),
    });
    expect(kit.findings.citedIn("[permits.md § Variances]")).toEqual([place]);
    await expect(use(tools, "read_section", { file: "permits.md", heading: "Fun" })).rejects.toThrow(
      'There is no section "Fun" in a document "permits.md".',
    );
  });

  test("a passage that is a book is clipped, and says so", async () => {
    const book: Passage = { file: "a.md", heading: "", title: "", text: "🏠".repeat(50_000), score: 1 };
    const library: Library = { list: async () => [], read: async () => book };
    const tools = ragAgent.tools(kitFor({ search: async () => [book], library }));
    const found = (await use(tools, "search_documents", { query: "house" })) as { passages: readonly JsonObject[] };
    expect(found.passages).toEqual([
      { citation: "[a.md]", file: "a.md", heading: "", title: "", text: `${"🏠".repeat(2000)} …`, clipped: true },
    ]);
    const read = (await use(tools, "read_section", { file: "a.md", heading: "" })) as JsonObject;
    expect(read).toMatchObject({ clipped: true, text: `${"🏠".repeat(20_000)} …` });
  });

  test("an empty search is refused before anything is asked for", async () => {
    const retriever: Retriever = { search: () => Promise.reject(new Error("not asked for")) };
    await expect(use(ragAgent.tools(kitFor(retriever)), "search_documents", { query: " " })).rejects.toThrow(/empty/);
  });

  test("a failure is logged with its cause, and told without it", async () => {
    const lines: LogFields[] = [];
    const cause = new Error("EACCES: /srv/secret");
    const kit = {
      ...kitFor({ search: () => Promise.reject(cause) }),
      log: { ...silentLogger, warn: (fields: LogFields) => void lines.push(fields) },
    };
    const thrown = await use(ragAgent.tools(kit), "search_documents", { query: "x" }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(SluiceError);
    expect((thrown as SluiceError).message).not.toContain("secret");
    expect(lines).toEqual([{ err: cause, tool: "search_documents", code: "internal" }]);
  });
});

describe("the tools that reckon", () => {
  const tools = generalAgent.tools(kitFor());

  test.each<[string, JsonObject, JsonObject]>([
    ["lot_coverage", { lotArea: 600, coveredArea: 260 }, { coveragePercent: 43.33 }],
    [
      "lot_coverage",
      { lotArea: 600, coveredArea: 240, limitPercent: 40 },
      { coveragePercent: 40, limitPercent: 40, largestCoveredArea: 240, withinLimit: true },
    ],
    [
      "lot_coverage",
      { lotArea: 600, coveredArea: 240.01, limitPercent: 40 },
      { coveragePercent: 40, limitPercent: 40, largestCoveredArea: 240, withinLimit: false },
    ],
    ["floor_area_ratio", { lotArea: 500, storeyAreas: [180, 120.5] }, { floorArea: 300.5, ratio: 0.6 }],
    [
      "floor_area_ratio",
      { lotArea: 500, storeyAreas: [180, 120.5], limit: 0.6 },
      { floorArea: 300.5, ratio: 0.6, limit: 0.6, largestFloorArea: 300, withinLimit: false },
    ],
    [
      "occupant_load",
      {
        spaces: [
          { name: "dining room", area: 84, areaPerPerson: 1.4 },
          { name: "kitchen", area: 20, areaPerPerson: 18 },
        ],
      },
      {
        spaces: [
          { name: "dining room", people: 60 },
          { name: "kitchen", people: 2 },
        ],
        people: 62,
      },
    ],
    ["ramp_slope", { rise: 0.3, run: 5 }, { slopePercent: 6 }],
    ["ramp_slope", { rise: 0.3, limitPercent: 6 }, { limitPercent: 6, shortestRun: 5 }],
    [
      "ramp_slope",
      { rise: 0.3, run: 4, limitPercent: 6 },
      { slopePercent: 7.5, limitPercent: 6, shortestRun: 5, withinLimit: false },
    ],
  ])("%s %j", async (name, input, output) => {
    expect(await use(tools, name, input)).toEqual(output);
  });

  test.each<[string, JsonObject]>([
    ["lot_coverage", { lotArea: 0, coveredArea: 10 }],
    ["lot_coverage", { lotArea: 100, coveredArea: -1 }],
    ["floor_area_ratio", { lotArea: 100, storeyAreas: [] }],
    ["occupant_load", { spaces: [{ name: "bar", area: 10, areaPerPerson: 0 }] }],
    ["ramp_slope", { rise: "steep" }],
  ])("%s refuses %j", async (name, input) => {
    await expect(use(tools, name, input)).rejects.toThrow();
  });
});
