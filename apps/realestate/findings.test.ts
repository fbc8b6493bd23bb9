import { describe, expect, test } from "vitest";
import { Findings } from "./findings.ts";
import type { Passage } from "./retriever.ts";

const passage = (file: string, heading: string): Passage => ({ file, heading, title: "", text: "", score: 1 });

describe("the citations of an answer", () => {
  test("are the found places whose marks stand in it, once each, in the order of the text", () => {
    const findings = new Findings();
    findings.add([passage("a.md", "One"), passage("b.md", "Two"), passage("c.pdf", "")]);
    findings.add([passage("a.md", "One"), passage("d.md", "Four")]);
    const text = "Two [b.md § Two], one [a.md § One], again [b.md § Two], all [c.pdf].";
    expect(findings.citedIn(text)).toEqual([
      { file: "b.md", heading: "Two" },
      { file: "a.md", heading: "One" },
      { file: "c.pdf", heading: "" },
    ]);
  });

  test("a mark that no tool has found is none", () => {
    expect(new Findings().citedIn("[a.md § One]")).toEqual([]);
  });
});
