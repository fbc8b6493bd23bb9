import { gzipSync } from "node:zlib";
import { type Metafile, build } from "esbuild";
import { PRODUCTION } from "./built-pages.ts";

/** Bytes of a bundle's script, `gzip -9`, React left out. */
export interface Size {
  /** What a page that imports it loads. */
  readonly atLoad: number;
  /** What it loads when it is needed. */
  readonly onDemand: number;
}

const OUT = "/out";
/** Rolled into one file, what is on demand would be at load, too. */
const SHARED = { ...PRODUCTION, splitting: true, write: false, metafile: true, outdir: OUT } as const;

/** The size of a script that has these lines. */
export async function sizeOf(lines: readonly string[]): Promise<Size> {
  const { outputFiles, metafile } = await build({
    ...SHARED,
    stdin: { contents: lines.join("\n"), resolveDir: import.meta.dirname, loader: "tsx" },
    external: ["react", "react-dom"],
  });
  const loaded = atLoad(metafile.outputs);
  const size = { atLoad: 0, onDemand: 0 };
  for (const { path, contents } of outputFiles.filter(({ path }) => path.endsWith(".js"))) {
    size[loaded.has(path) ? "atLoad" : "onDemand"] += gzipSync(contents, { level: 9 }).byteLength;
  }
  return size;
}

/** The entry and all that it imports statically. */
function atLoad(outputs: Metafile["outputs"]): ReadonlySet<string> {
  const absolute = (path: string): string => path.slice(path.lastIndexOf(OUT));
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === "<stdin>")!;
  const reached = new Set([entry]);
  for (const path of reached) {
    for (const { kind, path: next, external } of outputs[path]!.imports) {
      if (kind === "import-statement" && external !== true) reached.add(next);
    }
  }
  return new Set(Array.from(reached, absolute));
}
