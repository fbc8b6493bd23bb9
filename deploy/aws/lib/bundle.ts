import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Plugin, build } from "esbuild";

/** The three functions of a system. */
export const FUNCTIONS = ["handler", "http", "worker"] as const;

export type FunctionName = (typeof FUNCTIONS)[number];

/** What goes into one function's archive. */
export interface BundleOptions {
  /** A TypeScript file that exports `handler`. */
  readonly entry: string;
  /** A folder of its own: what was in it is gone afterwards. */
  readonly folder: string;
  /** Modules that others take the place of. */
  readonly alias?: Readonly<Record<string, string>>;
  /** Files and folders that the code reads at run time, by the name that they have beside the bundle. */
  readonly beside?: Readonly<Record<string, string>>;
}

/**
 * Some packages of the bundle are CommonJS, and call `require` for Node's own modules. Neither name may be one that the bundle
 * declares, so `require` goes to the global object.
 */
const REQUIRE =
  'import { createRequire as sluiceRequire } from "node:module"; globalThis.require ??= sluiceRequire(import.meta.url);';

/** Zod's error messages in fifty languages are a quarter of a function; only the English ones are ever shown. */
const englishOnly: Plugin = {
  name: "english-only",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    })),
};

/**
 * Writes `index.mjs` into the folder, and beside it what that loads only when it is needed: everything for Node 24, the AWS SDK
 * too, so that a function runs the version that was tested and not the one that its runtime happens to have. What is loaded later
 * must be an ES module: of a CommonJS one esbuild's parts hand on the default export only.
 */
export async function bundle({ entry, folder, alias = {}, beside = {} }: BundleOptions): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [{ in: entry, out: "index" }],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minify: true,
    alias: { ...alias },
    conditions: ["sluice-source", "module"],
    mainFields: ["module", "main"],
    plugins: [englishOnly],
    banner: { js: REQUIRE },
    legalComments: "none",
    logLevel: "warning",
  });
  for (const [name, source] of Object.entries(beside)) cpSync(source, join(folder, name), { recursive: true });
  return folder;
}
