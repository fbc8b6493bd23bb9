import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FUNCTIONS } from "../lib/bundle.ts";
import { bundleApp } from "../lib/function-code.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-cold-start-"));

/** What a function of this repository needs before it can be loaded. */
const ENVIRONMENT = { SLUICE_STORE: "dynamodb:table", SLUICE_MODEL: "bedrock:a.model", SLUICE_ALLOW_ANONYMOUS: "1" };

/** Stands for Lambda's runtime, which alone has it. */
const RUNTIME = "globalThis.awslambda = { streamifyResponse: (handler) => handler, HttpResponseStream: {} };";

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The files that are loaded with this one, before its first event. */
function loadedWith(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, path] of text.matchAll(/(?:from|import)"(\.\/[^"]+\.mjs)"/g))
    loadedWith(join(dirname(file), path!), seen);
  return seen;
}

describe("the functions of titles, as they are deployed", () => {
  beforeAll(async () => {
    await bundleApp("titles", folder);
  });

  test("the message handler loads less than 1 MB before its first event, and no client of Bedrock", () => {
    const files = [...loadedWith(join(folder, "handler/index.mjs"))];
    expect(files.length).toBeGreaterThan(1);
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(1_000_000);
    const all = readdirSync(join(folder, "handler")).map((name) => join(folder, "handler", name));
    const holding = (text: string): string[] => all.filter((file) => readFileSync(file, "utf8").includes(text));
    expect(holding("ConverseStream")).not.toEqual([]);
    expect(holding("ConverseStream").filter((file) => files.includes(file))).toEqual([]);
    // Zod's Dutch.
    expect(holding("Ongeldige invoer")).toEqual([]);
  });

  test.each(FUNCTIONS)("%s loads with nothing but its own folder", (name) => {
    const url = pathToFileURL(join(folder, name, "index.mjs")).href;
    const script = `${RUNTIME} const { handler } = await import(${JSON.stringify(url)}); console.log(typeof handler);`;
    const options = { cwd: join(folder, name), env: ENVIRONMENT, encoding: "utf8" } as const;
    expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], options)).toBe("function\n");
  });
});
