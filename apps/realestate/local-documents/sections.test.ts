import { describe, expect, test } from "vitest";
import { sectionsOf } from "./sections.ts";

const named = (markdown: string): [heading: string, text: string][] =>
  sectionsOf("a.md", markdown).map(({ heading, text }) => [heading, text]);

describe("Markdown split by heading", () => {
  test("each section has its file, the document's title and the heading above its text", () => {
    expect(sectionsOf("a.md", "# City\n\nIntro.\n\n## Height\n\n9 m.\nIn R1.\n")).toEqual([
      { file: "a.md", title: "City", heading: "City", text: "Intro." },
      { file: "a.md", title: "City", heading: "Height", text: "9 m.\nIn R1." },
    ]);
  });

  test("deeper headings are named with those above them, and a section does not hold the ones below it", () => {
    expect(named("# T\n## Doors\nOpen.\n### Handles\nLow.\n## Stairs\nWide.\n#### Rails\nTwo.")).toEqual([
      ["Doors", "Open."],
      ["Doors > Handles", "Low."],
      ["Stairs", "Wide."],
      ["Stairs > Rails", "Two."],
    ]);
  });

  test("a heading that comes again gets its number, so that a citation names one section", () => {
    expect(named("# T\n## Fees\n1\n## Fees\n2\n## Fees\n3").map(([heading]) => heading)).toEqual([
      "Fees",
      "Fees (2)",
      "Fees (3)",
    ]);
  });

  test("number signs in fenced code are no headings", () => {
    expect(named("# T\n## Code\n```sh\n# not a heading\n```\n## After\nx")).toEqual([
      ["Code", "```sh\n# not a heading\n```"],
      ["After", "x"],
    ]);
  });

  test("without a title the file's name is it; windows line ends, closing marks and a second title do no harm", () => {
    expect(named("Hello\r\n\r\n## Height ##\r\n9 m")).toEqual([
      ["a.md", "Hello"],
      ["Height", "9 m"],
    ]);
    expect(named("# One\n1\n# Two\n2\n## Deep\n3")).toEqual([
      ["One", "1"],
      ["Two", "2"],
      ["Two > Deep", "3"],
    ]);
    expect(named("#no heading\n####### nor this")).toEqual([["a.md", "#no heading\n####### nor this"]]);
    expect(named("")).toEqual([]);
  });
});
