import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type * as FastCheck from "fast-check";
import type { Append, Appended, Store, StreamHead } from "../../store.ts";
import { delta, leaseless, newStream, NOW, readAll, START } from "./store/fixture.ts";
import { register, type TestRunner } from "./runner.ts";
import type { StoreSuite } from "./store.ts";

/** One step of a random history. `stream` and `request` are numbers of a few; `skew` is how far an append is off its place. */
type Step =
  | { readonly do: "open"; readonly stream: number; readonly request: number }
  | { readonly do: "append"; readonly group: readonly Draft[] }
  | { readonly do: "repeat" | "requestCancel" | "takeover" | "erase"; readonly stream: number }
  | { readonly do: "rememberCancel"; readonly request: number }
  | { readonly do: "sweep" }
  | { readonly do: "reopen" };

interface Draft {
  readonly stream: number;
  readonly epochSkew: number;
  readonly seqSkew: number;
  readonly sizes: readonly number[];
  readonly end: "complete" | "error" | "cancelled" | undefined;
}

const STREAMS = 3;
const REQUESTS = 2;
/** Milliseconds between two steps; retention, forgetting and early cancels last a few steps. */
const STEP_MS = 100;

export interface StoreAgreement extends StoreSuite {
  /** A new memory store. */
  readonly model: () => Store;
  /** How many histories are tried; 100 by default. */
  readonly runs?: number;
}

/**
 * Registers a property: whatever is done to the store, it tells and holds the same as `model`, the memory store.
 * The caller brings fast-check, so that nobody else needs it.
 */
export function describeStoreAgreement(runner: TestRunner, fc: typeof FastCheck, suite: StoreAgreement): void {
  runner.describe(`${suite.name} store, any history`, () => {
    register(runner, "S1 to S12: any sequence of operations agrees with the memory store", async () => {
      const property = fc.asyncProperty(historyOf(fc), (steps) => agree(suite, steps));
      await fc.assert(property, { numRuns: suite.runs ?? 100 });
    });
  });
}

function historyOf(fc: typeof FastCheck): FastCheck.Arbitrary<readonly Step[]> {
  const stream = fc.integer({ min: 0, max: STREAMS - 1 });
  const request = fc.integer({ min: 0, max: REQUESTS });
  const skew = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) });
  const end = fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom("complete" as const, "error" as const, "cancelled" as const) },
  );
  const sizes = fc.array(fc.constantFrom(0, 1, 30, 300_000), { minLength: 1, maxLength: 4 });
  const draft = fc.record({ stream, epochSkew: skew, seqSkew: skew, sizes, end });
  const step: FastCheck.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("open" as const), stream, request }) },
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant("append" as const), group: fc.array(draft, { maxLength: 4 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constantFrom("repeat", "requestCancel", "takeover", "erase"), stream }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("rememberCancel" as const), request }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
  );
  return fc.array(step, { maxLength: 30 });
}

async function agree(suite: StoreAgreement, steps: readonly Step[]): Promise<void> {
  const history = new History(suite.model());
  let store = await suite.open();
  try {
    for (const step of steps) {
      if (step.do === "reopen") {
        if (suite.reopen !== undefined) store = await suite.reopen(store);
      } else {
        const apply = await history.next(step);
        const given = leaseless(await told(apply(store)));
        assert.deepEqual(given, await told(apply(history.model)), JSON.stringify(step));
      }
      assert.deepEqual(
        leaseless(await history.heldBy(store)),
        await history.heldBy(history.model),
        JSON.stringify(step),
      );
    }
  } finally {
    await store.close();
  }
}

/** Makes each step an operation that can be done to both stores, out of what the model holds by then. */
class History {
  readonly model: Store;
  readonly #scope = `scope-${randomUUID()}`;
  readonly #ids: string[] = Array.from({ length: STREAMS }, () => randomUUID());
  readonly #lasts = new Map<string, Append>();
  #now = NOW;

  constructor(model: Store) {
    this.model = model;
  }

  async next(step: Exclude<Step, { do: "reopen" }>): Promise<(store: Store) => Promise<unknown>> {
    this.#now += STEP_MS;
    const now = this.#now;
    if (step.do === "append") {
      const appends: Append[] = [];
      for (const draft of step.group) appends.push(await this.#append(draft));
      return async (store) => (await store.append(appends)).map((outcome, index) => shown(outcome, appends[index]!));
    }
    if (step.do === "sweep") return (store) => store.sweep(now, 5 * STEP_MS);
    if (step.do === "rememberCancel") {
      return (store) => store.rememberCancel(this.#scope, `${step.request}`, now + 3 * STEP_MS);
    }
    const streamId = this.#ids[step.stream]!;
    switch (step.do) {
      case "open": {
        // The last number stands for no request at all.
        const request = step.request === REQUESTS ? {} : { requestId: `${step.request}` };
        const fields = { streamId, scope: this.#scope, createdAt: now, retentionMs: 5 * STEP_MS };
        return (store) => store.open(newStream({ ...fields, ...request }), START);
      }
      case "repeat": {
        const last = this.#lasts.get(streamId);
        return async (store) => last && (await store.append([last])).map((outcome) => shown(outcome, last));
      }
      case "requestCancel":
        return (store) => store.requestCancel(streamId);
      case "takeover": {
        const epoch = (await this.model.head(streamId))?.epochs.length ?? 1;
        return (store) => store.takeover(streamId, epoch);
      }
      case "erase":
        return (store) => store.erase(streamId, now + 3 * STEP_MS);
    }
  }

  async #append({ stream, epochSkew, seqSkew, sizes, end }: Draft): Promise<Append> {
    const streamId = this.#ids[stream]!;
    const head = await this.model.head(streamId);
    const append: Append = {
      streamId,
      epoch: (head?.epochs.length ?? 1) + epochSkew,
      seq: (head?.seq ?? 0) + 1 + seqSkew,
      at: this.#now,
      events: sizes.map((size, index) => delta(`${this.#now}.${index}`.padEnd(size, "é"))),
      ...(end !== undefined && { end }),
    };
    this.#lasts.set(streamId, append);
    return append;
  }

  /** All that the contract lets one see of these streams. */
  async heldBy(store: Store): Promise<unknown> {
    const streams = this.#ids.map(async (id) => [await store.head(id), await told(readAll(store, id, 200_000))]);
    const requests = ["0", "1"].map((request) => store.find(this.#scope, request));
    const listed: StreamHead[] = [];
    let cursor: string | undefined;
    do {
      const query = { app: "suite", scope: this.#scope, limit: 2, ...(cursor !== undefined && { cursor }) };
      const page = await store.list(query);
      listed.push(...page.heads);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return { streams: await Promise.all(streams), requests: await Promise.all(requests), listed };
  }
}

/** What an operation gave, or the code by which it was refused. */
async function told(given: Promise<unknown>): Promise<unknown> {
  return given.catch((error: { code?: unknown }) => {
    if (error.code === undefined) throw error;
    return { refused: error.code };
  });
}

/** With a stream's end nobody needs to know of a cancel any more. */
function shown(outcome: Appended, append: Append): unknown {
  return append.end === undefined ? outcome : outcome.outcome;
}
