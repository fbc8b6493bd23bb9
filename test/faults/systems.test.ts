import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Client, createClient } from "sluice/client";
import type { Event } from "sluice/protocol";
import { readEnvironment } from "../../apps/environment.ts";
import { gatewaysFor } from "../../apps/index.ts";
import { standInModelId, standIns } from "../../apps/stand-ins.ts";
import {
  type BedrockEmulator,
  FLAT_OUT,
  type FaultPlan,
  type StandIn,
  startBedrockEmulator,
} from "../../src/emulator/bedrock/index.ts";
import { type Server, serve } from "../../src/host/node/index.ts";
import type { ErrorCode } from "../../src/protocol/errors.ts";
import { bedrock } from "../../src/source/bedrock.ts";
import { memory } from "../../src/store/memory.ts";
import { SYSTEMS, type SystemUnderTest } from "../end-to-end/support/systems.ts";
import { ManualClock } from "../support/bedrock.ts";

/** How long a source lets its model be silent, by its own clock, which stands still. */
const INACTIVITY_MS = 5000;
/**
 * Pieces of an answer that come before its fault; a call of a tool has few. Half a call shows nothing, so that it is tried
 * again (M5): hence every try fails.
 */
const MIDDLE = 2;
const SAID = "Said the provider.";

interface Trouble {
  readonly title: string;
  readonly plan: FaultPlan;
  readonly code: ErrorCode;
  /** Whether something of the answer came before. */
  readonly late: boolean;
  /** Whether it strikes after a tool call, in the model's second answer. */
  readonly later?: boolean;
}

/** The system whose agent calls its tool before it says a word. */
const WORDLESS = "realestate";

const TROUBLES: readonly Trouble[] = [
  {
    title: "M7: a model that throttles every call is upstream_throttled",
    plan: { fault: { exception: "ThrottlingException", message: SAID }, times: Infinity },
    code: "upstream_throttled",
    late: false,
  },
  {
    title: "M7: throttling in the middle is upstream_throttled",
    plan: { fault: { exception: "throttlingException", message: SAID }, at: MIDDLE, times: Infinity },
    code: "upstream_throttled",
    late: true,
  },
  {
    title: "M7: a model that fails in the middle is upstream_error",
    plan: { fault: { exception: "modelStreamErrorException", message: SAID }, at: MIDDLE, times: Infinity },
    code: "upstream_error",
    late: true,
  },
  {
    title: "law 10: a silent cut in the middle is upstream_truncated",
    plan: { fault: "cut", at: MIDDLE, times: Infinity },
    code: "upstream_truncated",
    late: true,
  },
  {
    title: "law 10: a stream without its end mark is upstream_truncated",
    plan: { fault: "end", at: "close" },
    code: "upstream_truncated",
    late: true,
  },
  {
    title: "M4: a model that falls silent is a timeout",
    plan: { fault: "stall", at: MIDDLE },
    code: "timeout",
    late: true,
  },
];

/** The first call is well, what follows its tools is not. */
const LATER: readonly Trouble[] = TROUBLES.filter(({ late }) => late).map((trouble) => ({
  ...trouble,
  later: true,
  title: `${trouble.title}, after a tool call too`,
  plan: [{ times: 1 }, trouble.plan as Exclude<FaultPlan, readonly unknown[]>],
}));

describe.each(SYSTEMS)("faults of the model behind $app, seen by its viewer", (system) => {
  let emulator: BedrockEmulator;
  let server: Server;
  let client: Client;
  const clock = new ManualClock();
  beforeAll(async () => {
    const known = standIns[system.app as keyof typeof standIns];
    const models: Readonly<Record<string, StandIn>> =
      typeof known === "function" ? { [standInModelId(system.app)]: known } : known;
    emulator = await startBedrockEmulator({ models, pace: FLAT_OUT });
    const [modelId] = Object.keys(models);
    const source = bedrock({ modelId: modelId!, endpoint: emulator.url, inactivityMs: INACTIVITY_MS, clock });
    const gateways = gatewaysFor(readEnvironment({}));
    const app = { [system.app]: gateways[system.app as keyof typeof gateways] };
    server = await serve(app, { store: memory(), source, port: 0, signals: false, limits: { graceMs: 0 } });
    client = createClient({ url: `${server.url}/${system.app}` });
  });
  afterAll(async () => {
    client.close();
    await server.close();
    await emulator.close();
  });

  test.each(TROUBLES)("$title: the text is kept, the next request works, nothing runs on", (trouble) => check(trouble));

  if (system.tool !== undefined) {
    test.each(LATER)("$title: the same", (trouble) => check(trouble));
  }

  if (system.app === "predictions") {
    test("an answer that never fits its schema is upstream_error, after one repair round", async () => {
      const before = emulator.calls.length;
      await check(
        { title: "", plan: { answer: "No JSON.", times: Infinity }, code: "upstream_error", late: true },
        false,
      );
      expect(emulator.calls.length - before).toBe(2);
    });
  }

  async function check({ plan, code, late, later = false }: Trouble, next = true): Promise<void> {
    const silent = !late || (system.app === WORDLESS && !later);
    const stalls = JSON.stringify(plan).includes('"stall"');
    emulator.fail(plan);
    const run = client.run(system.route, system.input);
    const reading = eventsOf(run);
    if (stalls) {
      await vi.waitUntil(() => emulator.calls.find(({ fault, state }) => fault === "stall" && state === "open"));
      // What came before is with its viewer: then only the silence is left.
      await vi.waitUntil(() => silent || run.text !== "");
      clock.advance(INACTIVITY_MS);
    }
    const events = await reading;
    expect(events.at(-1)).toMatchObject({ type: "error", code });
    const text = events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
    expect(text === "").toBe(silent);
    const state = await fetch(`${server.url}/${system.app}/streams/${run.streamId}`);
    expect(await state.json()).toMatchObject({ state: "error", text, error: { code } });
    emulator.fail();
    if (next) await expectAnswer(system, client);
    await Promise.all(emulator.calls.map(({ ended }) => ended));
    expect(server.engine.runs.running).toBe(0);
    expect(clock.pending).toBe(0);
  }
});

async function expectAnswer({ route, input }: SystemUnderTest, client: Client): Promise<void> {
  expect((await eventsOf(client.run(route, input))).at(-1)).toMatchObject({ type: "complete" });
}

async function eventsOf(run: AsyncIterable<Event>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of run) events.push(event);
  return events;
}
