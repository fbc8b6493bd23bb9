/** The five systems of this repository in one stack. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { type FunctionCode, bundleApp, codeIn } from "../lib/function-code.ts";
import { APPS, type AppName, PAGES } from "../lib/repository.ts";
import { readSettings } from "../lib/settings.ts";
import { SluiceStack } from "../lib/sluice-stack.ts";

const BUILD = join(import.meta.dirname, "../build");

if (!existsSync(join(PAGES, "index.html"))) {
  throw new Error("The pages are not built: run `npm install && npm run build` in the repository's root first.");
}
const app = new App();
const settings = readSettings((name) => app.node.tryGetContext(name));
const bundles = APPS.map(async (name) => [name, codeIn(await bundleApp(name, join(BUILD, name)))] as const);
const code = Object.fromEntries(await Promise.all(bundles)) as Record<AppName, FunctionCode>;
const account = process.env["CDK_DEFAULT_ACCOUNT"];
const region = process.env["CDK_DEFAULT_REGION"];
new SluiceStack(app, "Sluice", {
  settings,
  code,
  pages: PAGES,
  description: "Sluice: five streaming systems on API Gateway WebSocket, Lambda and DynamoDB",
  ...(account !== undefined && region !== undefined && { env: { account, region } }),
});
app.synth();
