import { join } from "node:path";
import { silentLogger } from "sluice";
import type { Pace } from "sluice/emulator/bedrock";
import { startAtHome } from "../../../apps/aws/at-home.ts";
import { startStandIns } from "../../../apps/sources.ts";
import type { Deployment } from "./deployment.ts";
import { SYSTEMS } from "./systems.ts";

/** All systems as Lambda functions whose code is in systems-functions, with the offline model and these variables. */
export async function systemsAtHome(pace: Pace, environment: Record<string, string>): Promise<Deployment> {
  const standIns = await startStandIns(pace);
  const code = (name: string): string => join(import.meta.dirname, "systems-functions", `${name}.ts`);
  const home = await startAtHome({
    systems: SYSTEMS.map(({ app }) => app),
    code: { handler: code("handler"), http: code("http"), worker: code("worker") },
    environment: {
      SLUICE_MODEL: "offline",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: standIns.url,
      LOG_LEVEL: "silent",
      ...environment,
    },
    authorizer: "SLUICE_JWT_SECRET" in environment,
    pages: (_request, response) => void response.writeHead(404).end(),
    port: 0,
    logger: silentLogger,
    output: () => {},
  });
  return {
    url: `http://127.0.0.1:${home.port}`,
    wsUrl: `ws://127.0.0.1:${home.port}`,
    port: home.port,
    async [Symbol.asyncDispose]() {
      await home.close();
      await standIns.close();
    },
  };
}
