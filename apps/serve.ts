/** What `npm start` runs: every system in one process, as the environment asks. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { jwt } from "sluice/auth/jwt";
import { pinoLogger, serve } from "sluice/node";
import { type Settings, readEnvironment } from "./environment.ts";
import { gatewaysFor } from "./index.ts";
import { llmModels } from "./llm/models.ts";
import { type Sources, openSources } from "./sources.ts";
import { openStore } from "./store.ts";
import { openTelemetryOf } from "./telemetry.ts";

const PAGES = join(import.meta.dirname, "../dist/console");

try {
  const settings = readEnvironment(process.env);
  const store = await openStore(settings.store);
  const sources = await openSources(settings.model);
  const pages = existsSync(join(PAGES, "index.html")) ? PAGES : undefined;
  // Standard output is for people: the log goes to the other one.
  const logger = pinoLogger(settings.logLevel, process.stderr);
  const gateways = gatewaysFor(settings, logger);
  const tracing = openTelemetryOf(process.env);
  const server = await serve(gateways, {
    store,
    source: sources.of,
    port: settings.port,
    host: settings.host,
    allowAnonymous: settings.allowAnonymous,
    ...(settings.jwt !== undefined && { authorize: jwt(settings.jwt) }),
    ...(settings.allowances !== undefined && { allowances: settings.allowances }),
    origins: settings.origins,
    operations: true,
    features: { model: sources.model, standIn: sources.standIn, llmModels: llmModels(settings) },
    logger,
    limits: settings.limits,
    ...(tracing !== undefined && { tracing }),
    ...(pages !== undefined && { pages }),
  }).catch((thrown: unknown) => {
    throw new Error(listenProblem(thrown, settings), { cause: thrown });
  });
  process.stdout.write(greeting(server.url, Object.keys(gateways), settings, sources, pages !== undefined));
} catch (thrown) {
  process.stderr.write(`${oneLine(thrown)}\n`);
  process.exit(1);
}

function greeting(url: string, apps: string[], { model }: Settings, sources: Sources, hasPages: boolean): string {
  const lines = [`Sluice listens at ${url} (${apps.join(", ")}).`];
  if (hasPages) lines.push(`Open ${url}/ in a browser for the console.`);
  lines.push(
    sources.standIn
      ? "The model is a stand-in that answers by rules; set SLUICE_MODEL=bedrock:<model id> for a real one."
      : `The model is ${sources.model}${model.kind === "bedrock" ? " on Amazon Bedrock" : ""}.`,
  );
  return `${lines.join("\n")}\n`;
}

/** Names the setting behind Node's error code. */
function listenProblem(thrown: unknown, { host, port }: Settings): string {
  switch ((thrown as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return `Port ${port} of ${host} is in use by another program; set PORT to a free one.`;
    case "EACCES":
      return `This user may not listen on port ${port} of ${host}; set PORT to one above 1023.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `"${host}" is no address of this machine; set HOST to one that is.`;
    default:
      return oneLine(thrown);
  }
}

function oneLine(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s*\n\s*/g, " ");
}
