import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Plugin as EsbuildPlugin, build } from "esbuild";
import { type Plugin, type Rolldown, build as buildWithVite, defaultClientConditions } from "vite";
import { PRODUCTION } from "./built-pages.ts";

/** Bytes of a script, `gzip -9`, without React. */
export interface Size {
  /** The code that is needed to begin, in one file, by esbuild. */
  readonly code: number;
  /** What a page loads first when Vite builds it: with Vite's own preloader, where there is something to load later. */
  readonly first: number;
  /** What that page loads later. */
  readonly later: number;
}

const EXTERNAL = ["react", "react-dom"];
const ENTRY = join(import.meta.dirname, "entry.ts");

/** The sizes of a script that has this content. */
export async function sizeOf(content: string): Promise<Size> {
  const { outputFiles } = await build({
    ...PRODUCTION,
    stdin: { contents: content, resolveDir: import.meta.dirname },
    external: EXTERNAL,
    plugins: [laterLeftOut],
    write: false,
  });
  const chunks = await chunksOf(content);
  return {
    code: gzipped(outputFiles[0]!.text),
    first: total(chunks.filter(({ fileName }) => isFirst(fileName, chunks))),
    later: total(chunks.filter(({ fileName }) => !isFirst(fileName, chunks))),
  };
}

const laterLeftOut: EsbuildPlugin = {
  name: "later-left-out",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
  },
};

async function chunksOf(content: string): Promise<readonly Rolldown.OutputChunk[]> {
  const entry: Plugin = {
    name: "entry",
    resolveId: (id) => (id === ENTRY ? id : undefined),
    load: (id) => (id === ENTRY ? content : undefined),
  };
  const built = await buildWithVite({
    configFile: false,
    logLevel: "error",
    root: import.meta.dirname,
    resolve: { conditions: ["sluice-source", ...defaultClientConditions] },
    plugins: [entry],
    build: {
      write: false,
      target: PRODUCTION.target,
      rolldownOptions: { input: ENTRY, external: EXTERNAL, preserveEntrySignatures: "allow-extension" },
    },
  });
  return (built as Rolldown.RolldownOutput).output.filter((output) => output.type === "chunk");
}

/** The entry, and what it imports statically. */
function isFirst(name: string, chunks: readonly Rolldown.OutputChunk[]): boolean {
  return chunks.some(
    ({ fileName, isEntry, imports }) =>
      (isEntry && fileName === name) || (imports.includes(name) && isFirst(fileName, chunks)),
  );
}

function total(chunks: readonly Rolldown.OutputChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipped(code), 0);
}

function gzipped(text: string): number {
  return gzipSync(text, { level: 9 }).byteLength;
}
