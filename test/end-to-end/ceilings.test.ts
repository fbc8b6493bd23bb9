import { describe, expect, it, onTestFinished } from "vitest";
import type { AnyRoute, Gateway } from "sluice";
import { readEnvironment } from "../../apps/environment.ts";
import { gatewaysFor } from "../../apps/index.ts";
import { openSources } from "../../apps/sources.ts";
import { serve } from "../../src/host/node/index.ts";
import { memory } from "../../src/store/memory.ts";
import { posted, request } from "./support/http-client.ts";
import { SYSTEMS, type SystemUnderTest } from "./support/systems.ts";

type Ceiling = Partial<Pick<AnyRoute, "maxTokens" | "timeoutMs" | "stopWhenUnwatchedMs">>;

/** The system with these options on each of its routes; gives the end of a run that nobody watches until then. */
async function endUnder({ app, route, input }: SystemUnderTest, ceiling: Ceiling): Promise<Record<string, unknown>> {
  const sources = await openSources({ kind: "offline", pace: { tokensPerSecond: 60, firstTokenMs: 20 } });
  onTestFinished(() => sources[Symbol.asyncDispose]());
  const system: Gateway = gatewaysFor(readEnvironment({}))[app as "titles"];
  const routes = Object.fromEntries(
    Object.entries(system.routes).map(([name, declared]) => [name, { ...declared, ...ceiling }]),
  );
  const server = await serve(
    { [app]: { ...system, routes } },
    { store: memory(), source: sources.of, port: 0, signals: false, limits: { graceMs: 0 } },
  );
  onTestFinished(() => server.close());
  const asked = await request(`${server.url}/${app}/${route}`, posted(input, { Prefer: "respond-async" }));
  const { streamId } = asked.body;
  await server.engine.runs.get(streamId!)?.done;
  return (await request(`${server.url}/${app}/streams/${streamId}`)).body;
}

describe.each(SYSTEMS)("money on $app (DESIGN section 3, route options)", (system) => {
  it("a ceiling of tokens ends the run, and what was said is kept", async () => {
    const end = await endUnder(system, { maxTokens: 40 });
    expect(end).toMatchObject({ state: "error", error: { code: "payload_too_large" } });
  });

  it("a time limit ends the run", async () => {
    expect(await endUnder(system, { timeoutMs: 60 })).toMatchObject({ state: "error", error: { code: "timeout" } });
  });

  it("a run that nobody watches is cancelled", async () => {
    expect(await endUnder(system, { stopWhenUnwatchedMs: 60 })).toMatchObject({ state: "cancelled" });
  });
});
