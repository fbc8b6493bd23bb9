import { join } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import { FUNCTIONS, type FunctionName, bundle } from "./bundle.ts";
import { type AppName, appBundle } from "./repository.ts";

/** The code of a system's three functions: each an `index.mjs` that exports `handler`. */
export type FunctionCode = Readonly<Record<FunctionName, Code>>;

/** Bundles the functions of one system of this repository, each into a folder of its own. */
export async function bundleApp(app: AppName, folder: string): Promise<string> {
  await Promise.all(FUNCTIONS.map((name) => bundle(appBundle(app, name, folder))));
  return folder;
}

/** The code in a folder of bundles, each in a folder of its own: `handler`, `http`, `worker`. */
export function codeIn(folder: string): FunctionCode {
  const code = (name: FunctionName): Code => Code.fromAsset(join(folder, name));
  return { handler: code("handler"), http: code("http"), worker: code("worker") };
}
