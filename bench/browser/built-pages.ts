import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";

/** As an app would be built for production; Sluice is read from its sources. */
export const PRODUCTION = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2023",
  jsx: "automatic",
  conditions: ["sluice-source"],
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "error",
} as const satisfies BuildOptions;

const PAGES = join(import.meta.dirname, "pages");

/** The pages' scripts and styles, in a folder that goes with it. */
export class BuiltPages implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** `small`: with short names, as in production; profiles are read with the long ones. */
  static async make(names: Iterable<string>, small: boolean): Promise<BuiltPages> {
    const folder = await mkdtemp(join(tmpdir(), "sluice-bench-pages-"));
    await build({
      ...PRODUCTION,
      minify: small,
      entryPoints: Array.from(names, (name) => join(PAGES, `${name}.tsx`)),
      outdir: folder,
      splitting: true,
    });
    return new BuiltPages(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
