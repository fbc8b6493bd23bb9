/**
 * Lets faults rain on three nodes and their Redis while answers are written and read: `npm run chaos -- --minutes 10 --seed 1`.
 * The seed chooses the faults and the answers; when each meets the other is the machine's own. Ends with 1 where anything was wrong.
 */
import { parseArgs } from "node:util";
import { chaos } from "../test/chaos/campaign.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    runs: { type: "string", default: "100" },
    viewers: { type: "string", default: "2" },
    nodes: { type: "string", default: "3" },
    every: { type: "string", default: "1000" },
    lease: { type: "string", default: "3000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 32)) },
    verbose: { type: "boolean", default: false },
  },
});
const begun = performance.now();
const seconds = (): string => ((performance.now() - begun) / 1000).toFixed(1).padStart(6);
console.log(
  `seed ${values.seed}: ${values.nodes} nodes, one Redis, ${values.runs} answers at once, ${values.viewers} viewers each`,
);
const { ends, faults, takenOver, tokens, returns, problems } = await chaos({
  seed: Number(values.seed),
  durationMs: Number(values.minutes) * 60_000,
  nodes: Number(values.nodes),
  runs: Number(values.runs),
  viewers: Number(values.viewers),
  faultEveryMs: Number(values.every),
  leaseMs: Number(values.lease),
  graceMs: 2000,
  ...(values.verbose && { watch: (line: string) => console.error(seconds(), line) }),
});
for (const [fault, count] of byCount(faults)) console.log(`${String(count).padStart(9)}  ${fault}`);
for (const [end, count] of byCount(ends)) console.log(`${String(count).padStart(9)}  answers of ${end}`);
console.log(`${String(takenOver).padStart(9)}  whole answers that more than one node wrote`);
console.log(`${String(tokens).padStart(9)}  tokens, each checked with every viewer, who came back ${returns} times`);
console.log(`${String(problems.length).padStart(9)}  problems in ${seconds().trim()} s`);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).toSorted(([, left], [, right]) => right - left);
}
