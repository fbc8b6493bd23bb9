import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startRealestate } from "../../apps/realestate/testing/realestate-server.ts";

const run = promisify(execFile);

/** What the client prints by the time it ends by itself. */
async function printed(program: string, client: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  await using lab = await startRealestate();
  const file = fileURLToPath(new URL(`./clients/${client}`, import.meta.url));
  return await run(program, [file, lab.url.replace("http", "ws")], { timeout: 15_000 });
}

test("seed 003: the document's Node.js client prints the status, then the final result, and ends", async () => {
  const { stdout, stderr } = await printed(process.execPath, "realestate.cjs");
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^Connected to WebSocket\nStatus: Processing your query\.\.\.\nFinal result: \{/);
  expect(stdout).toContain("success: true");
  expect(stdout).toMatch(/content: *\S/);
  expect(stdout).toContain("agent: 'rag'");
  expect(stdout).toContain("query_type: 'building_codes'");
  expect(stdout).toMatch(/tools_available: 5,\n\s+tools_used: 1\n/);
});

test("seed 003: the document's Python client prints the status, then the final result, and ends", async () => {
  const { stdout, stderr } = await printed(process.env["PYTHON"] ?? "/usr/bin/python3", "realestate.py");
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^Status: Processing your query\.\.\.\nFinal result: \{'success': True, 'content': ['"]\S/);
  expect(stdout).toMatch(/'agent': 'rag', 'query_type': 'zoning', 'tools_available': 5, 'tools_used': 1\}\n$/);
});
