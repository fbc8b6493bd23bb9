import { serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { readEnvironment } from "../../../apps/environment.ts";
import { gatewaysFor } from "../../../apps/index.ts";
import { openSources } from "../../../apps/sources.ts";
import { FIRST_TOKEN_MS, type MakeCeiling, under } from "./ceiling.ts";
import { systemsAtHome } from "./systems-at-home.ts";

/** In the test's own process. */
export const ceilingOnNode: MakeCeiling = async (ceiling, tokensPerSecond) => {
  const sources = await openSources({ kind: "offline", pace: { tokensPerSecond, firstTokenMs: FIRST_TOKEN_MS } });
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
export const ceilingOnAws: MakeCeiling = (ceiling, tokensPerSecond) =>
  systemsAtHome({ tokensPerSecond, firstTokenMs: FIRST_TOKEN_MS }, { TEST_CEILING: JSON.stringify(ceiling) });
