import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultLimits } from "../src/limits.ts";

const ROOT = resolve(import.meta.dirname, "..");
const DOCUMENTS = ["docs/failure-matrix.md", "docs/redis.md", "SECURITY.md"];

const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Rows of all tables below a heading, without their heads. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const lines = text.split("\n");
  const isRow = (line: string | undefined): boolean => line?.startsWith("| ") === true;
  return lines
    .filter((line, index) => isRow(line) && !line.startsWith("| --") && !lines[index + 1]?.startsWith("| --"))
    .map((line) => line.slice(2, -2).split(" | "));
}

describe.each(DOCUMENTS)("%s", (path) => {
  it("names files that exist", () => {
    const named = Array.from(
      textOf(path).matchAll(/`((?:src|test|apps|console|docs|deploy)\/[\w./-]*)`/g),
      ([, file]) => file!,
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it("links to files that exist", () => {
    const linked = Array.from(textOf(path).matchAll(/\]\(([^)#]+)\)/g), ([, file]) => file!);
    expect(linked.length).toBeGreaterThan(1);
    expect(linked.filter((file) => !existsSync(resolve(ROOT, path, "..", file)))).toEqual([]);
  });
});

it("each row of the failure matrix names the test that shows it, or says that none does", () => {
  const rows = rowsOf(textOf("docs/failure-matrix.md"));
  expect(rows.length).toBeGreaterThan(50);
  for (const cells of rows) {
    expect(cells, cells[0]).toHaveLength(4);
    expect(cells[3], cells[0]).toMatch(/\.test\.ts`|\*\*not shown\*\*/);
  }
});

it("the limits in SECURITY.md are those of the code", () => {
  const [, section] = /^## Limits$([^]*?)^## /m.exec(textOf("SECURITY.md"))!;
  const told = rowsOf(section!).map(([name, value]) => [name!.replaceAll("`", ""), Number(value)] as const);
  expect(told.length).toBeGreaterThan(10);
  expect(told).toEqual(told.map(([name]) => [name, defaultLimits[name as keyof typeof defaultLimits]]));
});
