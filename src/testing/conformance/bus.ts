import assert from "node:assert/strict";
import type { Bus } from "../../bus.ts";
import { register, type TestRunner } from "./runner.ts";

export interface BusSuite {
  /** Names the implementation in the titles. */
  readonly name: string;
  /** Gives so many nodes' ends of one bus, that nobody else uses; the suite closes them. */
  join(count: number): Promise<readonly Bus[]>;
}

/** Registers the conformance suite of the bus contract: every law by its number. */
export function describeBus(runner: TestRunner, suite: BusSuite): void {
  runner.describe(`${suite.name} bus`, () => {
    for (const [title, run] of CASES) {
      register(runner, title, async () => {
        const members = await suite.join(3);
        try {
          await run(members as readonly [Bus, Bus, Bus]);
        } finally {
          await Promise.all(members.map((member) => member.close()));
        }
      });
    }
  });
}

type Case = readonly [title: string, run: (members: readonly [Bus, Bus, Bus]) => Promise<void>];

const CASES: readonly Case[] = [
  [
    "U1: every other node hears which streams moved",
    async ([first, second, third]) => {
      const [ears, others] = [new Ear(second), new Ear(third)];
      await until([ears, others], () => first.publish("begin"));
      for (const id of ["a", "b", "c"]) first.publish(id);
      await ears.hears("a", "b", "c");
      await others.hears("a", "b", "c");
    },
  ],
  [
    "U2: a publisher does not hear its own",
    async ([first, second]) => {
      const [own, ear] = [new Ear(first), new Ear(second)];
      await until([ear], () => first.publish("begin"));
      await until([own], () => second.publish("begin"));
      first.publish("mine");
      await ear.hears("mine");
      second.publish("yours");
      await own.hears("yours");
      assert.ok(!own.heard.has("mine"));
    },
  ],
  [
    "U1: whoever has stopped listening hears nothing more, the others do",
    async ([first, second, third]) => {
      const [gone, ear] = [new Ear(second), new Ear(third)];
      await until([gone, ear], () => first.publish("begin"));
      gone.stop();
      first.publish("later");
      await ear.hears("later");
      assert.ok(!gone.heard.has("later"));
    },
  ],
  [
    "U3: publishing where nobody listens, and after the end, does nothing",
    async ([first]) => {
      assert.equal(first.publish("a"), undefined);
      await first.close();
      assert.equal(first.publish("b"), undefined);
    },
  ],
];

/** One listener. */
class Ear {
  readonly heard = new Set<string>();
  readonly stop: () => void;
  #news = Promise.withResolvers<void>();

  constructor(bus: Bus) {
    this.stop = bus.subscribe((streamId) => {
      this.heard.add(streamId);
      this.#news.resolve();
      this.#news = Promise.withResolvers<void>();
    });
  }

  async hears(...streamIds: readonly string[]): Promise<void> {
    while (!streamIds.every((streamId) => this.heard.has(streamId))) await this.#news.promise;
  }
}

/** Wake-ups may be lost while nobody listens yet: does it again until all of these have heard something. */
async function until(ears: readonly Ear[], publish: () => void): Promise<void> {
  while (ears.some(({ heard }) => heard.size === 0)) {
    publish();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
