/**
 * A server under a steady, moderate load for minutes, to see what grows: `npm run soak -- [options]`. Ends with 1 where a
 * bound does not hold.
 *
 *   --minutes N      how long (10)
 *   --viewers N      at once (200)
 *   --every S        seconds between samples (10)
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { machine } from "./machine.ts";
import { HEADS, report, rowOf } from "./soak/report.ts";
import { soak } from "./soak/soak.ts";
import { judge } from "./soak/verdict.ts";
import { CLIENT_CORE } from "./stage.ts";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    viewers: { type: "string", default: "200" },
    every: { type: "string", default: "10" },
  },
});

// The viewers stay off the server's core.
spawnSync("taskset", ["-acp", String(CLIENT_CORE), String(process.pid)]);
const place = machine();
const columns = (cells: readonly string[]): string => `${cells.map((cell) => cell.padStart(12)).join("")}\n`;
process.stderr.write(columns(HEADS));
const result = await soak({
  durationMs: Number(options.minutes) * 60_000,
  everyMs: Number(options.every) * 1000,
  viewers: Number(options.viewers),
  pace: { tokens: [200, 600], perSecond: [20, 50] },
  watch: (point) => process.stderr.write(columns(rowOf(point))),
});
const findings = judge(result);
process.stdout.write(`${place}\n\n${report(result, findings)}`);
if (findings.some(({ good }) => !good)) process.exitCode = 1;
