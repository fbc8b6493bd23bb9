import { join } from "node:path";
import type { BundleOptions, FunctionName } from "./bundle.ts";

/** Where things are in this repository. */
const ROOT = join(import.meta.dirname, "../../..");

/** The systems, by the names of `apps/index.ts`. */
export const APPS = ["titles", "images", "llm", "realestate", "predictions"] as const;

export type AppName = (typeof APPS)[number];

/** The built pages: `npm run build:console`. */
export const PAGES: string = join(ROOT, "dist/console");

/** One function of one system; its bundle goes into a folder of its own in `folder`. */
export function appBundle(app: AppName, name: FunctionName, folder: string): BundleOptions {
  return {
    entry: join(ROOT, `apps/aws/${name}.ts`),
    folder: join(folder, name),
    // A function has its own system only: what the others need would make its cold start longer.
    alias: { "#systems": join(ROOT, `apps/aws/systems/${app}.ts`) },
    beside: app === "realestate" ? { documents: join(ROOT, "apps/realestate/documents") } : {},
  };
}
