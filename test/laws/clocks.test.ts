import { describe, expect, it } from "vitest";
import { LocalBus } from "../../src/bus/local.ts";
import type { Clock } from "../../src/clock.ts";
import { gateway } from "../../src/gateway.ts";
import { memoryRecords } from "../../src/records/memory.ts";
import type { Store } from "../../src/store.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import { type Fixture, type TestLink, engineFixture, goOn, plainDialect } from "../support/engine-fixture.ts";
import { leasedStore } from "../support/leased-store.ts";

const LEASE_MS = 10_000;
const STEP_MS = 500;
/** Of the event loop: more than it takes to commit, to tell another node and to read there. */
const TURNS = 10;

const app = gateway({ routes: { go: goOn }, dialect: plainDialect });

interface Nodes {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly nodes: readonly Fixture[];
  pass(ms: number): Promise<void>;
}

interface UnderWay {
  readonly first: Fixture;
  readonly second: Fixture;
  readonly asker: TestLink;
  readonly call: Awaited<ReturnType<Fixture["model"]["next"]>>;
  pass(ms: number): Promise<void>;
}

/** Nodes of one store; the clock of each is ahead of `clock` by so many milliseconds, and time passes alike for all. */
async function nodesAhead(...ahead: readonly number[]): Promise<Nodes> {
  const clock = new FakeClock();
  const [store, records, wire] = [leasedStore(LEASE_MS), memoryRecords(), new LocalBus()];
  const nodes = ahead.map((ms) => {
    const own: Clock = {
      now: () => clock.now() + ms,
      after: (later, callback) => clock.after(later, callback),
      turn: (callback) => clock.turn(callback),
    };
    return engineFixture({ store, records, bus: wire.join(), clock: own, gateway: app });
  });
  for (const { engine } of nodes) await engine.start();
  return {
    store,
    clock,
    nodes,
    async pass(ms) {
      for (let passed = 0; passed <= ms; passed += STEP_MS) {
        for (let turn = 0; turn < TURNS; turn += 1) await settled();
        if (passed < ms) await clock.advance(STEP_MS);
      }
    },
  };
}

/** The clock of the second node is ahead; a run at the first has said "a". */
async function underWay(aheadMs: number): Promise<UnderWay> {
  const { nodes, pass } = await nodesAhead(0, aheadMs);
  const [first, second] = nodes as [Fixture, Fixture];
  const asker = first.connect({ session: "s" });
  asker.say({ action: "go" });
  const call = await first.model.next();
  call.push("a");
  await pass(0);
  return { first, second, asker, call, pass };
}

function texts({ transport }: TestLink): string[] {
  return transport.frames.map(({ offset, content }) => `${offset} ${content ?? ""}`.trim());
}

describe("S13: two nodes whose clocks differ", () => {
  it.each([LEASE_MS / 2 - STEP_MS, -3 * LEASE_MS])(
    "by %i ms: a run that lives is not taken for dead, however long its model is silent",
    async (aheadMs) => {
      const { second, asker, call, pass } = await underWay(aheadMs);
      await pass(6 * LEASE_MS);
      expect(second.model.calls).toEqual([]);
      call.push("b");
      call.end();
      await pass(STEP_MS);
      expect(texts(asker)).toEqual(["1-0", "1-1 a", "1-2 b", "1-3 ab"]);
    },
  );

  it("laws 3, 5: by more than a lease: the fast one takes the run over, the other is fenced, and the text is one", async () => {
    const { first, second, asker, call, pass } = await underWay(2 * LEASE_MS);
    await pass(LEASE_MS);
    await call.stopped;
    expect(second.model.calls).toHaveLength(1);
    call.push("lost");
    second.model.calls[0]!.push("b");
    second.model.calls[0]!.end();
    await pass(2500);
    expect(texts(asker)).toEqual(["1-0", "1-1 a", "2-2 b", "2-3 ab"]);
    expect(first.engine.runs.running).toBe(0);
  });

  it("law 5: a slow clock finds a dead writer later, by as much as it is slow", async () => {
    const { store, clock, nodes, pass } = await nodesAhead(-LEASE_MS);
    const dead = { streamId: "dead", app: "app", route: "go", owner: "", scope: "s", retentionMs: LEASE_MS };
    await store.open({ ...dead, createdAt: clock.now() }, '{"type":"start","route":"go"}');
    const viewer = nodes[0]!.connect({ session: "s" });
    viewer.say({ action: "resume", streamId: "dead" });
    await pass(2 * LEASE_MS - STEP_MS);
    expect(viewer.transport.frames).toHaveLength(1);
    await pass(LEASE_MS / 2);
    expect(viewer.transport.frames.at(-1)).toMatchObject({ code: "interrupted", offset: "2-1" });
  });
});
