import assert from "node:assert/strict";
import type { Clock } from "../../clock.ts";
import type { Roster, RosterEntry } from "../../roster.ts";
import type { Store } from "../../store.ts";
import { FakeClock } from "../fake-clock.ts";
import { register, type TestRunner } from "./runner.ts";
import { NOW, Writer } from "./store/fixture.ts";

/** A store with its roster, as one process has them. */
export interface RosterPlace {
  readonly store: Store;
  readonly roster: Roster;
}

export interface RosterSuite {
  /** Names the implementation in the titles. */
  readonly name: string;
  /** Each time another process's view of the same back end, where that goes by the clock. */
  open(clock: Clock): Promise<RosterPlace>;
}

/** Registers the conformance suite of the roster contract: every law by its number. */
export function describeRoster(runner: TestRunner, suite: RosterSuite): void {
  runner.describe(`${suite.name} roster`, () => {
    for (const [title, run] of CASES) {
      register(runner, title, async () => {
        const clock = new FakeClock(NOW);
        const [writer, other] = [await suite.open(clock), await suite.open(clock)];
        const stream = await Writer.open(writer.store);
        await run({ writer, other, stream, clock });
        await writer.store.close();
        await other.store.close();
      });
    }
  });
}

interface Stage {
  /** The process that writes the stream, and another one. */
  readonly writer: RosterPlace;
  readonly other: RosterPlace;
  readonly stream: Writer;
  readonly clock: FakeClock;
}

type Case = readonly [title: string, run: (stage: Stage) => Promise<void>];

const ANNA: RosterEntry = { connectionId: "anna=", visit: "1" };
const BORIS: RosterEntry = { connectionId: "boris-_", visit: "1", offset: "1-0" };

/** Hears of the entries of a stream, the last news first. */
function heardBy({ roster }: RosterPlace, { streamId }: Writer): (readonly RosterEntry[])[] {
  const heard: (readonly RosterEntry[])[] = [];
  roster.attend(streamId, (entries) => void heard.unshift(entries));
  return heard;
}

const CASES: readonly Case[] = [
  [
    "Ro1, Ro4: who enters while the stream runs is in the answer to the writer's next append",
    async ({ writer, other, stream }) => {
      const heard = heardBy(writer, stream);
      await stream.write("a");
      assert.deepEqual(heard[0], []);
      assert.equal(await other.roster.enter(stream.streamId, ANNA), true);
      assert.equal(await other.roster.enter(stream.streamId, BORIS), true);
      await stream.write("b");
      assert.deepEqual(byId(heard[0]!), [ANNA, BORIS]);
      assert.deepEqual(await other.roster.entry(stream.streamId, BORIS.connectionId), BORIS);
      assert.equal(await other.roster.entry(stream.streamId, "nobody"), undefined);
      await other.roster.leave(stream.streamId, ANNA);
      await stream.write("c");
      assert.deepEqual(heard[0], [BORIS]);
    },
  ],
  [
    "Ro1: after the end nobody enters, and who entered before it is in the answer to the last append",
    async ({ writer, other, stream }) => {
      const heard = heardBy(writer, stream);
      await other.roster.enter(stream.streamId, ANNA);
      await stream.end();
      assert.deepEqual(heard[0], [ANNA]);
      assert.equal(await other.roster.enter(stream.streamId, BORIS), false);
      assert.equal(await other.roster.enter("no such stream", BORIS), false);
    },
  ],
  [
    "Ro1, Ro2: a connection that is still served after the end may enter anew; once it was served, no more",
    async ({ writer, other, stream }) => {
      await other.roster.enter(stream.streamId, ANNA);
      await stream.end();
      const again: RosterEntry = { ...ANNA, visit: "2", offset: "1-0", repeated: true };
      assert.equal(await other.roster.enter(stream.streamId, again), true);
      assert.deepEqual(await writer.roster.entry(stream.streamId, ANNA.connectionId), again);
      assert.equal(await writer.roster.leave(stream.streamId, ANNA), false);
      assert.equal(await writer.roster.leave(stream.streamId, again), true);
      assert.equal(await other.roster.enter(stream.streamId, { ...ANNA, visit: "3" }), false);
    },
  ],
  [
    "Ro1, Ro5: after the end a connection may enter anew only while its server is heard of; then its entry is void",
    async ({ writer, other, stream, clock }) => {
      const { streamId } = stream;
      await other.roster.enter(streamId, ANNA);
      const { leaseUntil } = (await other.store.head(streamId))!;
      await stream.end(NOW);
      await clock.advance(leaseUntil! - NOW - 1);
      assert.deepEqual(await writer.roster.look(streamId, 1, clock.now()), { entries: [ANNA], cancel: false });
      await clock.advance(1000);
      assert.equal(await other.roster.enter(streamId, { ...ANNA, visit: "2" }), true);
      await clock.advance(86_400_000);
      assert.equal(await other.roster.enter(streamId, { ...ANNA, visit: "3" }), false);
      assert.equal(await other.roster.entry(streamId, ANNA.connectionId), undefined);
    },
  ],
  [
    "Ro1: of many that enter while the stream ends, each is either in the last answer or refused",
    async ({ writer, other, stream }) => {
      const heard = heardBy(writer, stream);
      const entries = Array.from({ length: 20 }, (_, index) => ({ connectionId: `c${index}`, visit: "1" }));
      const entering = entries.map((entry) => other.roster.enter(stream.streamId, entry));
      const ending = stream.end();
      const taken = await Promise.all(entering);
      await ending;
      const last = heard[0]!.map(({ connectionId }) => connectionId);
      assert.deepEqual(
        entries
          .filter((_, index) => taken[index])
          .map(({ connectionId }) => connectionId)
          .toSorted(),
        last.toSorted(),
      );
    },
  ],
  [
    "Ro3: a visit is left once, and only while it is the one that stands there",
    async ({ other, stream: { streamId } }) => {
      await other.roster.enter(streamId, ANNA);
      assert.equal(await other.roster.leave(streamId, { ...ANNA, visit: "another" }), false);
      assert.equal(await other.roster.leave(streamId, ANNA), true);
      assert.equal(await other.roster.leave(streamId, ANNA), false);
      assert.equal(await other.roster.leave("no such stream", ANNA), false);
    },
  ],
  [
    "Ro4, law 6: a writer that has nothing to write hears of newcomers and of a cancel by looking",
    async ({ writer, other, stream: { streamId } }) => {
      assert.deepEqual(await writer.roster.look(streamId, 1, NOW), { entries: [], cancel: false });
      await other.roster.enter(streamId, ANNA);
      await other.store.requestCancel(streamId);
      assert.deepEqual(await writer.roster.look(streamId, 1, NOW), { entries: [ANNA], cancel: true });
    },
  ],
  [
    "Ro5, S13: a look renews the lease; a writer whose stream was taken over is told nothing",
    async ({ writer, other, stream }) => {
      const { streamId } = stream;
      const { leaseUntil } = (await other.store.head(streamId))!;
      await writer.roster.look(streamId, 1, leaseUntil! - 1);
      assert.ok((await other.store.head(streamId))!.leaseUntil! > leaseUntil!);
      await other.store.takeover(streamId, 1);
      assert.equal(await writer.roster.look(streamId, 1, NOW), undefined);
      assert.deepEqual(await other.roster.look(streamId, 2, NOW), { entries: [], cancel: false });
      assert.equal(await other.roster.look("no such stream", 1, NOW), undefined);
    },
  ],
  [
    "Ro6: an ended stream in whose roster somebody stands is left, once its server was not heard of for a lease; then no more",
    async ({ writer, other, stream }) => {
      const { streamId } = stream;
      const isLeft = async (now: number): Promise<boolean> =>
        (await other.roster.left(now)).some((head) => head.streamId === streamId);
      await other.roster.enter(streamId, ANNA);
      const { leaseUntil } = (await other.store.head(streamId))!;
      await stream.end(leaseUntil!);
      assert.equal(await isLeft(leaseUntil!), false);
      const late = leaseUntil! + (leaseUntil! - NOW) + 1;
      assert.equal(await isLeft(late), true);
      await other.store.sweep(late, 1000);
      assert.equal(await isLeft(late + 1), true);
      await writer.roster.leave(streamId, ANNA);
      assert.equal(await isLeft(late + 1), false);
    },
  ],
  [
    "S3: looks between appends fence nobody",
    async ({ writer, stream }) => {
      for (let round = 0; round < 10; round += 1) {
        const looking = writer.roster.look(stream.streamId, 1, NOW + round * 20_000);
        assert.deepEqual(await stream.write(`${round}`), { outcome: "stored", cancel: false });
        await looking;
      }
    },
  ],
];

function byId(entries: readonly RosterEntry[]): RosterEntry[] {
  return entries.toSorted((left, right) => (left.connectionId < right.connectionId ? -1 : 1));
}
