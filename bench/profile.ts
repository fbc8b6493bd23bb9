import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

const ROOT = join(import.meta.dirname, "..");
const ENDING = ".cpuprofile";
const SHOWN = 25;

/** The functions in which the processes of these profiles spent their time themselves, the dearest first, in Markdown. */
export function selfTimes(folder: string): string {
  const spent = new Map<string, number>();
  let whole = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith(ENDING))) {
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile;
    const names = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
    for (const [index, id] of samples.entries()) {
      const name = names.get(id)!;
      if (name === "(idle)") continue;
      spent.set(name, (spent.get(name) ?? 0) + timeDeltas[index]!);
      whole += timeDeltas[index]!;
    }
  }
  const rows = [...spent]
    .sort(([, left], [, right]) => right - left)
    .slice(0, SHOWN)
    .map(([name, time]) => `| ${((time / whole) * 100).toFixed(1)} | ${name} |`);
  return ["| self, % | function |", "| ---: | --- |", ...rows, ""].join("\n");
}

function placeOf({ functionName, url, lineNumber }: CpuProfile["nodes"][number]["callFrame"]): string {
  const name = functionName === "" ? "anonymous" : functionName;
  if (url === "") return name;
  const file = url.startsWith("file://") ? relative(ROOT, new URL(url).pathname) : url;
  return `${name} ${file}:${lineNumber + 1}`;
}
