import { LocalBus } from "../../src/bus/local.ts";
import type { Clock } from "../../src/clock.ts";
import type { Gateway } from "../../src/gateway.ts";
import type { Limits } from "../../src/limits.ts";
import { memoryRecords } from "../../src/records/memory.ts";
import type { Leases, Store } from "../../src/store.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import { type Fixture, engineFixture } from "./engine-fixture.ts";
import { leasedStore } from "./leased-store.ts";

/** One process of several. */
export interface Node extends Fixture {
  /** Its store does not answer any more, and nobody hears of it: as far as the others can tell, it is dead. */
  cut(): void;
  /** It is back: not dead, as it turns out. */
  mend(): void;
  /** Its process stands still: none of its timers fires, until the returned function is called. */
  freeze(): () => void;
}

export interface Nodes {
  readonly clock: FakeClock;
  /** What all of them share. */
  readonly store: Store;
  readonly nodes: readonly Node[];
  /** Wake-ups between them are lost from now on. */
  deafen(): void;
  /** Lets everything happen that takes no time. */
  settle(): Promise<void>;
}

export const LEASE_MS = 10_000;

/** Of the event loop: more than it takes to commit, to tell another node and to read there. */
const TURNS = 10;

/** Engines that share a store, records and a bus, by one fake clock. */
export async function startNodes(count: number, gateway: Gateway, limits: Partial<Limits> = {}): Promise<Nodes> {
  const clock = new FakeClock();
  const store = leasedStore(LEASE_MS);
  const records = memoryRecords();
  const wire = new LocalBus();
  let deaf = false;
  const nodes = Array.from({ length: count }, () => {
    let cut = false;
    const leases: Leases = {
      ms: LEASE_MS,
      renew: (...writer) => (cut ? broken() : store.leases!.renew(...writer)),
      release: (...writer) => (cut ? broken() : store.leases!.release(...writer)),
    };
    const own = new Proxy(store, {
      get(target, name) {
        if (name === "leases") return leases;
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return cut ? broken : (value.bind(target) as unknown);
      },
    });
    const member = wire.join();
    const bus = {
      publish: (streamId: string) => void (cut || deaf || member.publish(streamId)),
      subscribe: (listener: (streamId: string) => void) =>
        member.subscribe((streamId) => void (cut || listener(streamId))),
      close: () => member.close(),
    };
    let held: (() => void)[] | undefined;
    const ownClock: Clock = {
      now: () => clock.now(),
      turn: (callback) => clock.turn(callback),
      after: (ms, callback) =>
        clock.after(ms, () => {
          if (held === undefined) callback();
          else held.push(callback);
        }),
    };
    const freeze = (): (() => void) => {
      held = [];
      return () => {
        const due = held ?? [];
        held = undefined;
        for (const callback of due) callback();
      };
    };
    return {
      ...engineFixture({ store: own, records, bus, clock: ownClock, gateway, limits }),
      freeze,
      cut: () => void (cut = true),
      mend: () => void (cut = false),
    };
  });
  for (const { engine } of nodes) await engine.start();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn += 1) await settled();
  };
  return { clock, store, nodes, deafen: () => void (deaf = true), settle };
}

function broken(): Promise<never> {
  return Promise.reject(new Error("The store does not answer."));
}
