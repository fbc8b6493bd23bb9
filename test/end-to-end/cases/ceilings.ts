import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ceiling, MakeCeiling } from "../support/ceiling.ts";
import type { Deployment } from "../support/deployment.ts";
import type { WireFrame } from "../support/frames.ts";
import { posted, request } from "../support/http-client.ts";
import { SYSTEMS, type SystemUnderTest } from "../support/systems.ts";

/** Between two looks at a run: whoever followed it would watch it. */
const LOOK_MS = 20;

const CEILINGS: readonly { readonly what: string; readonly ceiling: Ceiling; readonly end: object }[] = [
  {
    what: "a ceiling of tokens ends the run, and what was said is kept",
    ceiling: { maxTokens: 40 },
    end: { state: "error", error: { code: "payload_too_large" } },
  },
  {
    what: "a time limit ends the run",
    ceiling: { timeoutMs: 60 },
    end: { state: "error", error: { code: "timeout" } },
  },
  {
    what: "a run that nobody watches is cancelled",
    ceiling: { stopWhenUnwatchedMs: 60 },
    end: { state: "cancelled" },
  },
];

/** What keeps an answer from costing more than it may. */
export function describeCeilings(make: MakeCeiling): void {
  describe.each(CEILINGS)("money (DESIGN section 3, route options): $what", ({ ceiling, end }) => {
    let deployment: Deployment;
    beforeAll(async () => {
      deployment = await make(ceiling);
    });
    afterAll(() => deployment[Symbol.asyncDispose]());

    it.each(SYSTEMS)("$app", async (system) => {
      expect(await endOf(deployment, system)).toMatchObject(end);
    });
  });
}

/** The state in which a run ends that nobody watches. */
async function endOf({ url }: Deployment, { app, route, input }: SystemUnderTest): Promise<WireFrame> {
  const asked = await request(`${url}/${app}/${route}`, posted(input, { Prefer: "respond-async" }));
  for (;;) {
    const { body } = await request(`${url}/${app}/streams/${asked.body.streamId}`);
    if (body["state"] !== "running") return body;
    await pause(LOOK_MS);
  }
}
