import { join } from "node:path";
import { silentLogger } from "sluice";
import { serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { startAtHome } from "../../../apps/aws/at-home.ts";
import { readEnvironment } from "../../../apps/environment.ts";
import { gatewaysFor } from "../../../apps/index.ts";
import { openSources, startStandIns } from "../../../apps/sources.ts";
import { type MakeCeiling, PACE, under } from "./ceiling.ts";
import { SYSTEMS } from "./systems.ts";

/** In the test's own process. */
export const ceilingOnNode: MakeCeiling = async (ceiling) => {
  const sources = await openSources({ kind: "offline", pace: PACE });
  const server = await serve(under(ceiling, gatewaysFor(readEnvironment({}))), {
    store: memory(),
    source: sources.of,
    port: 0,
    signals: false,
    limits: { graceMs: 0 },
  });
  return {
    url: server.url,
    wsUrl: server.url.replace(/^http/, "ws"),
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server.close();
      await sources[Symbol.asyncDispose]();
    },
  };
};

/** As Lambda functions. */
export const ceilingOnAws: MakeCeiling = async (ceiling) => {
  const standIns = await startStandIns(PACE);
  const code = (name: string): string => join(import.meta.dirname, "ceiling-functions", `${name}.ts`);
  const home = await startAtHome({
    systems: SYSTEMS.map(({ app }) => app),
    code: { handler: code("http"), http: code("http"), worker: code("worker") },
    environment: {
      SLUICE_MODEL: "offline",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: standIns.url,
      LOG_LEVEL: "silent",
      TEST_CEILING: JSON.stringify(ceiling),
    },
    authorizer: false,
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
};
