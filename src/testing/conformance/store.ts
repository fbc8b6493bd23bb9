import type { Store } from "../../store.ts";
import { register, type TestRunner } from "./runner.ts";
import type { StoreCase, StoreFeature } from "./store/case.ts";
import { LEASES } from "./store/leases.ts";
import { READING } from "./store/reading.ts";
import { REOPENING } from "./store/reopening.ts";
import { REQUESTS } from "./store/requests.ts";
import { WRITING } from "./store/writing.ts";

export type { StoreFeature } from "./store/case.ts";

/** A store to be held against the contract. */
export interface StoreSuite {
  /** Names the store in the titles. */
  readonly name: string;
  /** Gives a store to one case alone; the suite closes it. May share its back end with others. */
  open(): Promise<Store>;
  /** Closes the store and opens it again on what it kept, as a new process would. */
  reopen?(store: Store): Promise<Store>;
  /** It goes by leases, since it cannot know which writers are dead (S13), which its processes, or a roster, renew (S14, Ro5). */
  readonly leases?: "renewed" | "by roster";
  /** Why a case is skipped. Without `reopen` there must be a reason for it. */
  readonly skip?: { readonly [Feature in StoreFeature]?: string };
}

/** Registers the conformance suite of the store contract: every law by its number. */
export function describeStore(runner: TestRunner, suite: StoreSuite): void {
  if (suite.reopen === undefined && suite.skip?.reopen === undefined) {
    throw new Error(`The store "${suite.name}" must be reopened, or say why it cannot be: skip.reopen.`);
  }
  runner.describe(`${suite.name} store`, () => {
    for (const { title, feature, run } of [...WRITING, ...READING, ...REQUESTS, ...REOPENING, ...LEASES]) {
      const reason = feature === undefined ? undefined : (suite.skip?.[feature] ?? missing(suite, feature));
      register(runner, title, () => inPlace(suite, run), reason);
    }
  });
}

/** What is abandoned shows after a reopening only, or by leases. */
function missing({ reopen, leases, skip }: StoreSuite, feature: StoreFeature): string | undefined {
  if (feature === "leases" && leases === undefined) return "it knows which of its writers are dead";
  if (feature === "renewal" && leases !== "renewed") {
    return leases === undefined ? "it has no leases" : "a roster renews them (Ro5)";
  }
  if (feature === "abandoned" && leases !== undefined) return "it goes by leases (S13)";
  return feature === "abandoned" && reopen === undefined ? skip?.reopen : undefined;
}

async function inPlace(suite: StoreSuite, run: StoreCase["run"]): Promise<void> {
  let store = await suite.open();
  try {
    await run({
      store,
      reopen: async () => (store = await suite.reopen!(store)),
    });
  } finally {
    await store.close();
  }
}
