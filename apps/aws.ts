/** What `npm run start:aws` runs: the systems as Lambda functions behind emulators of AWS, at the same addresses. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { pagesFrom, pinoLogger } from "sluice/node";
import { startAtHome } from "./aws/at-home.ts";
import { type Settings, readEnvironment } from "./environment.ts";
import { llmModels } from "./llm/models.ts";
import { startStandIns } from "./sources.ts";
import { standIns } from "./stand-ins.ts";

const PAGES = join(import.meta.dirname, "../dist/console");
const SYSTEMS = Object.keys(standIns);

try {
  const settings = readEnvironment(process.env);
  const emulator = settings.model.kind === "offline" ? await startStandIns(settings.model.pace) : undefined;
  const code = (name: string): string => join(import.meta.dirname, "aws", `${name}.ts`);
  const home = await startAtHome({
    systems: SYSTEMS,
    code: { handler: code("handler"), http: code("http"), worker: code("worker") },
    environment: {
      ...ownVariables(),
      ...(emulator !== undefined && { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: emulator.url, SLUICE_MODEL: "offline" }),
    },
    authorizer: settings.jwt !== undefined,
    pages: pages(settings),
    port: settings.port,
    logger: pinoLogger(settings.logLevel, process.stderr),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void Promise.all([home.close(), emulator?.close()]).then(() => process.exit(0)));
  }
  process.stdout.write(
    `Sluice listens at http://127.0.0.1:${home.port} (${SYSTEMS.join(", ")}), as Lambda functions on emulators of AWS.\n` +
      (existsSync(PAGES) ? `Open http://127.0.0.1:${home.port}/ in a browser for the console.\n` : "") +
      (emulator === undefined
        ? ""
        : "The model is a stand-in that answers by rules; set SLUICE_MODEL for a real one.\n"),
  );
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exit(1);
}

/** What the functions are to know of this process's environment: settings of the systems, and credentials where there are any. */
function ownVariables(): Record<string, string> {
  const ours = /^(SLUICE_|AWS_|OPENAI_|KNOWLEDGE_BASE_ID$|MODEL_ARN$|LOG_LEVEL$)/;
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given.filter(([name]) => ours.test(name)));
}

/** What CloudFront serves: the pages, and where everything is. */
function pages({ model, jwt, ...settings }: Settings): ReturnType<typeof getRequestListener> {
  const app = new Hono();
  const apps = Object.fromEntries(SYSTEMS.map((name) => [name, { httpUrl: `/${name}`, wsUrl: `/${name}` }]));
  const standIn = model.kind === "offline";
  const modelName = standIn ? "offline" : model.modelId;
  app.get("/config.json", (c) =>
    c.json({
      apps,
      subprotocol: "sluice.v1",
      model: modelName,
      standIn,
      llmModels: llmModels({ model, ...settings }),
      operations: false,
      authentication: jwt !== undefined,
    }),
  );
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", (c) => c.json({ status: "ready" }));
  const page = pagesFrom(PAGES);
  app.notFound(
    async (c) =>
      (await page(c)) ?? c.json({ type: "error", code: "not_found", message: "There is nothing here." }, 404),
  );
  return getRequestListener(app.fetch);
}
