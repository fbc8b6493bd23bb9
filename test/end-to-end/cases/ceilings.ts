import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ceiling, MakeCeiling } from "../support/ceiling.ts";
import type { Deployment } from "../support/deployment.ts";
import type { WireFrame } from "../support/frames.ts";
import { EventStream, posted, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";
import { SYSTEMS, type SystemUnderTest } from "../support/systems.ts";

/** Between two looks at a run: whoever followed it would watch it. */
const LOOK_MS = 20;

const CEILINGS: readonly { readonly what: string; readonly ceiling: Ceiling; readonly end: object }[] = [
  {
    what: "a ceiling of tokens ends the run, and what was said is kept",
    // What the prompts take, or an agent's first calls, and a part of the answer: none of them fits whole.
    ceiling: { maxTokens: { titles: 260, images: 40, llm: 85, realestate: 2000, predictions: 2000 } },
    end: { state: "error", error: { code: "payload_too_large" }, text: expect.stringMatching(/\S/) },
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
  describe.each(CEILINGS)("$what (DESIGN section 3, route options)", ({ ceiling, end }) => {
    let deployment: Deployment;
    beforeAll(async () => {
      deployment = await make(ceiling, 60);
    });
    afterAll(() => deployment[Symbol.asyncDispose]());

    it.each(SYSTEMS)("$app", async (system) => {
      expect(await endOf(deployment, system)).toMatchObject(end);
    });
  });

  describe("a run that stops where nobody watches it for a second and a half (law 6)", () => {
    const { app, route, input } = SYSTEMS[0]!;
    let deployment: Deployment;
    beforeAll(async () => {
      // An answer takes about three seconds.
      deployment = await make({ stopWhenUnwatchedMs: 1500 }, 30);
    });
    afterAll(() => deployment[Symbol.asyncDispose]());

    it("goes on for a WebSocket that follows it", async () => {
      await using client = await SocketClient.open(`${deployment.wsUrl}/${app}`);
      client.send({ action: route, ...input });
      expect((await client.log.whole()).at(-1)).toMatchObject({ type: "stream_complete" });
    });

    it("goes on for an event stream, and for who waits for its end", async () => {
      await using events = await EventStream.open(`${deployment.url}/${app}/${route}`, posted(input));
      const whole = request(`${deployment.url}/${app}/${route}`, posted(input));
      expect((await events.log.whole()).at(-1)).toMatchObject({ type: "stream_complete" });
      expect((await whole).body).toMatchObject({ type: "stream_complete" });
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
