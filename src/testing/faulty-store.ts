import type { Append, Appended, Store } from "../store.ts";

/** A store whose appends fail, or wait, as long as a test says so; all else goes to the store behind it. */
export interface FaultyStore extends Store {
  /** While set, every append fails with this error and stores nothing. */
  failure: Error | undefined;
  /** Holds appends back until the returned function is called. */
  hold(): () => void;
  /** Appends that were asked for. */
  readonly appends: readonly (readonly Append[])[];
}

export function faultyStore(behind: Store): FaultyStore {
  const appends: (readonly Append[])[] = [];
  let held: Promise<void> | undefined;
  const faults = {
    failure: undefined as Error | undefined,
    appends,
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = undefined;
        resolve();
      };
    },
    async append(batch: readonly Append[]): Promise<readonly Appended[]> {
      appends.push(batch);
      await held;
      const { failure } = faults;
      if (failure !== undefined) return batch.map(() => ({ outcome: "failed", error: failure }));
      return behind.append(batch);
    },
  };
  return new Proxy(faults as unknown as FaultyStore, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name) as unknown;
      const value: unknown = Reflect.get(behind, name);
      return typeof value === "function" ? (value.bind(behind) as unknown) : value;
    },
  });
}
