/**
 * Fuzzes a server of its own with WebSocket frames and HTTP requests, and says what came of it:
 * `npm run fuzz -- --frames 200000 --requests 20000 --seed 1`. Ends with 1 where something was found.
 */
import { parseArgs } from "node:util";
import { runCampaign } from "../test/fuzz/campaign.ts";

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "200000" },
    requests: { type: "string", default: "20000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 32)) },
  },
});
console.log(`seed ${values.seed}`);
const { findings, frames, requests, seconds, bystanderRuns, state } = await runCampaign({
  frames: Number(values.frames),
  requests: Number(values.requests),
  seed: Number(values.seed),
});
console.log(`${frames} frames, ${requests} requests in ${seconds.toFixed(1)} s; ${bystanderRuns} runs beside them`);
for (const [when, { used, rss, runsRunning }] of Object.entries(state)) {
  console.log(`at the ${when}: ${megabytes(used)} MB used, ${megabytes(rss)} MB resident, ${runsRunning} runs running`);
}
for (const [answer, count] of [...findings.counts].sort(([, left], [, right]) => right - left)) {
  console.log(`${String(count).padStart(9)}  ${answer}`);
}
for (const problem of findings.problems) console.log(problem);
process.exitCode = findings.problems.length === 0 ? 0 : 1;

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
