import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Quotas, Rate, Room } from "../../quotas.ts";
import { register, type TestRunner } from "./runner.ts";

export interface QuotasSuite {
  /** Names the implementation in the titles. */
  readonly name: string;
  /** Gives quotas to one case alone; the suite closes them. May share their back end with others. */
  open(): Promise<Quotas>;
  /** Gives others on the same back end, as another process would open them; a text says why that cannot be. */
  readonly other: ((quotas: Quotas) => Promise<Quotas>) | string;
  /** Lets so much time of the back end pass, at least. */
  pass(ms: number): Promise<void>;
}

/** Of one case: nobody else knows its key. */
interface Place {
  readonly quotas: Quotas;
  readonly key: string;
  readonly pass: (ms: number) => Promise<void>;
}

const SECOND = 1000;
/** Longer than any case takes. */
const LONG_MS = 600 * SECOND;
const RATE: Rate = { name: "case", points: 3, windowMs: LONG_MS };
const SHORT: Rate = { name: "short", points: 2, windowMs: SECOND };
const ROOM: Room = { name: "case", most: 2, keepMs: LONG_MS };
const BRIEF: Room = { ...ROOM, keepMs: 200 };
/** Looks at something that time brings about. */
const MOST_LOOKS = 100;

/** Registers the conformance suite of the quotas contract: every law by its number. */
export function describeQuotas(runner: TestRunner, suite: QuotasSuite): void {
  const pass = (ms: number): Promise<void> => suite.pass(ms);
  runner.describe(`${suite.name} quotas`, () => {
    for (const [title, run] of CASES) {
      register(runner, title, async () => {
        const quotas = await suite.open();
        try {
          await run({ quotas, key: randomUUID(), pass });
        } finally {
          await quotas.close();
        }
      });
    }
    const { other } = suite;
    for (const [title, run] of SHARED_CASES) {
      const shared = async (): Promise<void> => {
        const quotas = await suite.open();
        const others = await (other as (quotas: Quotas) => Promise<Quotas>)(quotas);
        try {
          await run({ quotas, key: randomUUID(), pass }, others);
        } finally {
          await others.close();
          await quotas.close();
        }
      };
      register(runner, title, shared, typeof other === "string" ? other : undefined);
    }
  });
}

type Case = readonly [title: string, run: (place: Place) => Promise<void>];
type SharedCase = readonly [title: string, run: (place: Place, others: Quotas) => Promise<void>];

const CASES: readonly Case[] = [
  [
    "Q1: one key's use changes nothing for another key, or under another name",
    async ({ quotas, key }) => {
      await quotas.charge(RATE, key, 100);
      assert.equal(await quotas.spend(RATE, `${key}2`), 0);
      assert.equal(await quotas.spend({ ...RATE, name: "another" }, key), 0);
      await hold(quotas, ROOM, key, 2);
      assert.deepEqual(await quotas.hold(ROOM, `${key}2`, "late"), { held: true });
      assert.deepEqual(await quotas.hold({ ...ROOM, name: "another" }, key, "late"), { held: true });
    },
  ],
  [
    "Q2: no more than the points of a window are spent, and a refusal tells how long it lasts",
    async ({ quotas, key }) => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => quotas.spend(RATE, key)));
      assert.equal(answers.filter((wait) => wait === 0).length, RATE.points);
      for (const wait of answers.filter((each) => each !== 0)) assert.ok(wait > 0 && wait <= LONG_MS, String(wait));
    },
  ],
  [
    "Q2: after its window all points are there again",
    async ({ quotas, key, pass }) => {
      await quotas.charge(SHORT, key, 5);
      const wait = await quotas.exhausted(SHORT, key);
      assert.ok(wait <= SHORT.windowMs, String(wait));
      await until(pass, async () => (await quotas.exhausted(SHORT, key)) === 0);
      assert.equal(await quotas.spend(SHORT, key), 0);
    },
  ],
  [
    "Q2: a spend that was refused is granted after the time that it was told",
    async ({ quotas, key, pass }) => {
      let wait = 0;
      for (let spent = 0; wait === 0; spent += 1) {
        assert.ok(spent < MOST_LOOKS, "the points of a window have no end");
        wait = await quotas.spend(SHORT, key);
      }
      await pass(wait);
      await until(pass, async () => (await quotas.spend(SHORT, key)) === 0);
    },
  ],
  [
    "Q3: a charge counts whole, also above what is left, and asking what is left takes nothing",
    async ({ quotas, key }) => {
      assert.equal(await quotas.exhausted(RATE, key), 0);
      await quotas.charge(RATE, key, 2);
      for (let ask = 0; ask < 5; ask += 1) assert.equal(await quotas.exhausted(RATE, key), 0);
      await quotas.charge(RATE, key, 40);
      assert.ok((await quotas.exhausted(RATE, key)) > 0);
      // What is left of a larger allowance shows that all of it was counted.
      assert.equal(await quotas.exhausted({ ...RATE, points: 43 }, key), 0);
      assert.ok((await quotas.exhausted({ ...RATE, points: 42 }, key)) > 0);
      assert.ok((await quotas.spend(RATE, key)) > 0);
    },
  ],
  [
    "Q4: a room has no more places than it says, however many ask at once",
    async ({ quotas, key }) => {
      const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => quotas.hold(ROOM, key, `h${index}`)));
      assert.equal(answers.filter(({ held }) => held).length, ROOM.most);
      const inside = new Set(answers.flatMap(({ held }, index) => (held ? [`h${index}`] : [])));
      for (const answer of answers) if (!answer.held) assert.ok(inside.has(answer.by), answer.by);
    },
  ],
  [
    "Q4: whoever has a place has it still, and takes no second one",
    async ({ quotas, key }) => {
      await quotas.hold(ROOM, key, "ann");
      assert.deepEqual(await quotas.hold(ROOM, key, "ann"), { held: true });
      assert.deepEqual(await quotas.hold(ROOM, key, "bob"), { held: true });
      assert.deepEqual(await quotas.hold(ROOM, key, "ann"), { held: true });
      assert.equal((await quotas.hold(ROOM, key, "cid")).held, false);
    },
  ],
  [
    "Q4: a room for one tells who is in it",
    async ({ quotas, key }) => {
      const single = { ...ROOM, most: 1 };
      await quotas.hold(single, key, "ann");
      assert.deepEqual(await quotas.hold(single, key, "bob"), { held: false, by: "ann" });
    },
  ],
  [
    "Q5: a place that was freed is the next one's, and freeing what nobody has frees nothing",
    async ({ quotas, key }) => {
      await hold(quotas, ROOM, key, 2);
      await quotas.free(ROOM, key, "stranger");
      assert.equal((await quotas.hold(ROOM, key, "late")).held, false);
      await quotas.free(ROOM, key, "h0");
      await quotas.free(ROOM, key, "h0");
      assert.deepEqual(await quotas.hold(ROOM, key, "late"), { held: true });
      assert.equal((await quotas.hold(ROOM, key, "later")).held, false);
    },
  ],
  [
    "Q5: a place that nobody renews falls free",
    async ({ quotas, key, pass }) => {
      await hold(quotas, BRIEF, key, 2);
      await until(pass, async () => (await quotas.hold(BRIEF, key, "late")).held);
    },
  ],
  [
    "Q6: a place that is renewed does not fall free",
    async ({ quotas, key, pass }) => {
      await hold(quotas, BRIEF, key, 2);
      await quotas.renew(ROOM, key, ["h0", "h1"]);
      await pass(2 * BRIEF.keepMs);
      assert.equal((await quotas.hold(ROOM, key, "late")).held, false);
    },
  ],
  [
    "Q6: a renewal gives a lost place back, above what there are too",
    async ({ quotas, key }) => {
      await hold(quotas, ROOM, key, 2);
      await quotas.renew(ROOM, key, ["ann", "bob", "cid"]);
      await quotas.free(ROOM, key, "h0");
      await quotas.free(ROOM, key, "h1");
      assert.equal((await quotas.hold(ROOM, key, "late")).held, false);
      await quotas.free(ROOM, key, "ann");
      await quotas.free(ROOM, key, "bob");
      assert.deepEqual(await quotas.hold(ROOM, key, "late"), { held: true });
    },
  ],
  [
    "Q6: a renewal keeps many places at once",
    async ({ quotas, key }) => {
      const many = Array.from({ length: 1201 }, (_, index) => `h${index}`);
      await quotas.renew(ROOM, key, many);
      const room = { ...ROOM, most: many.length };
      assert.equal((await quotas.hold(room, key, "late")).held, false);
      for (const holder of [many[0]!, many[600]!, many.at(-1)!]) {
        assert.deepEqual(await quotas.hold(room, key, holder), { held: true });
      }
    },
  ],
];

const SHARED_CASES: readonly SharedCase[] = [
  [
    "Q7: two processes spend from the same points",
    async ({ quotas, key }, others) => {
      const both = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? quotas : others).spend(RATE, key));
      const answers = await Promise.all(both);
      assert.equal(answers.filter((wait) => wait === 0).length, RATE.points);
    },
  ],
  [
    "Q7: what one process charges, the other finds gone",
    async ({ quotas, key }, others) => {
      await quotas.charge(RATE, key, 2);
      await others.charge(RATE, key, 2);
      assert.ok((await quotas.exhausted(RATE, key)) > 0);
      assert.ok((await others.exhausted(RATE, key)) > 0);
    },
  ],
  [
    "Q7: two processes share the places of a room, and either frees what the other took",
    async ({ quotas, key }, others) => {
      await quotas.hold(ROOM, key, "ann");
      await others.hold(ROOM, key, "bob");
      assert.equal((await quotas.hold(ROOM, key, "cid")).held, false);
      assert.deepEqual(await quotas.hold(ROOM, key, "bob"), { held: true });
      await others.free(ROOM, key, "ann");
      assert.deepEqual(await quotas.hold(ROOM, key, "cid"), { held: true });
    },
  ],
  [
    "Q5: the places of a process that died fall free for the other",
    async ({ quotas, key, pass }, others) => {
      await hold(quotas, BRIEF, key, 2);
      await quotas.close();
      await until(pass, async () => (await others.hold(BRIEF, key, "late")).held);
    },
  ],
];

/** Fills so many places, by holders `h0`, `h1` and so on. */
async function hold(quotas: Quotas, room: Room, key: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    assert.deepEqual(await quotas.hold(room, key, `h${index}`), { held: true });
  }
}

async function until(pass: (ms: number) => Promise<void>, comes: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    if (await comes()) return;
    await pass(100);
  }
  assert.fail("what time should have brought did not come");
}
