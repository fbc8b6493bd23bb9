import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const PAGES = join(import.meta.dirname, "pages");

/** A page with one answer, on the client and the hooks as they are, in React's development build; removed when disposed of. */
export class LadderPage implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<LadderPage> {
    const folder = await mkdtemp(join(tmpdir(), "sluice-ladder-"));
    await build({
      entryPoints: [join(PAGES, "ladder.tsx")],
      outdir: folder,
      bundle: true,
      splitting: true,
      format: "esm",
      jsx: "automatic",
      conditions: ["sluice-source"],
      define: { "process.env.NODE_ENV": '"development"' },
      logLevel: "error",
    });
    await copyFile(join(PAGES, "ladder.html"), join(folder, "index.html"));
    return new LadderPage(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
