import { serve } from "sluice/node";
import { memory } from "sluice/store/memory";
import { readEnvironment } from "../../../apps/environment.ts";
import { gatewaysFor } from "../../../apps/index.ts";
import { openSources } from "../../../apps/sources.ts";
import { type CeilingMaker, FIRST_TOKEN_MS, under } from "./ceiling.ts";
import { systemsAtHome } from "./systems-at-home.ts";

/** In the test's own process. */
export const ceilingOnNode: CeilingMaker = {
  cannot: {},
  async make(ceiling, tokensPerSecond) {
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
  },
};

/** As Lambda functions. */
export const ceilingOnAws: CeilingMaker = {
  cannot: { "count readers over HTTP": "the worker knows of those alone whom it serves itself" },
  make: (ceiling, tokensPerSecond) =>
    systemsAtHome({ tokensPerSecond, firstTokenMs: FIRST_TOKEN_MS }, { TEST_CEILING: JSON.stringify(ceiling) }),
};
