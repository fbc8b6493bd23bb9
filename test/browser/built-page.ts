import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOptions, build } from "vite";

const CONFIG = join(import.meta.dirname, "../../console/vite.config.ts");

/** The page as it is shipped, built into a folder of its own; removed when disposed of. */
export class BuiltPage implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<BuiltPage> {
    const folder = await mkdtemp(join(tmpdir(), "sluice-page-"));
    await buildPages({ outDir: folder, emptyOutDir: true });
    return new BuiltPage(folder);
  }

  /** Builds it where the servers of this repository look for it, beside what is there. */
  static async inPlace(): Promise<void> {
    await buildPages({ emptyOutDir: false });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What ships: under vitest, NODE_ENV is "test", which would bring React as developers have it. */
async function buildPages(options: BuildOptions): Promise<void> {
  const { NODE_ENV } = process.env;
  process.env["NODE_ENV"] = "production";
  try {
    await build({ configFile: CONFIG, mode: "production", logLevel: "error", build: options });
  } finally {
    process.env["NODE_ENV"] = NODE_ENV;
  }
}
