/** Random numbers that a seed gives again. */
export interface SeededRandom {
  readonly seed: number;
  /** At least 0, below 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** One of these; throws where there is none. */
  pick<Item>(items: readonly Item[]): Item;
}

/** The environment variable that replays a run of tests. */
export const SEED_VARIABLE = "SLUICE_TEST_SEED";

/** Random numbers from this seed (mulberry32); by default from SLUICE_TEST_SEED, else from a new one. */
export function seededRandom(seed: number = seedOfRun()): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    seed: seed >>> 0,
    next,
    integer,
    pick(items) {
      if (items.length === 0) throw new RangeError("There is nothing to pick from.");
      return items[integer(0, items.length - 1)]!;
    },
  };
}

/** A test's body with random numbers; where it fails, the error says which seed brings the same numbers again. */
export function replayable(body: (random: SeededRandom) => Promise<void>): () => Promise<void> {
  return async () => {
    const random = seededRandom();
    try {
      await body(random);
    } catch (thrown) {
      const hint = `(replay with ${SEED_VARIABLE}=${random.seed})`;
      if (thrown instanceof Error) thrown.message = `${thrown.message} ${hint}`;
      throw thrown instanceof Error ? thrown : new Error(`${String(thrown)} ${hint}`);
    }
  };
}

function seedOfRun(): number {
  const given = process.env[SEED_VARIABLE];
  return given === undefined || given === "" ? Math.floor(Math.random() * 0x1_0000_0000) : Number(given);
}
