import { useEffect, useReducer, useState } from "react";
import { type EndpointClient, type RequestOptions, askEndpoint } from "../../page/endpoint.ts";
import type { Prediction } from "../prediction.ts";

/** A prediction that was saved. */
export interface SavedCall extends Prediction {
  readonly id: string;
}

interface CallPage {
  readonly items: readonly SavedCall[];
  readonly nextCursor?: string;
}

export interface Calls {
  /** Newest first. */
  readonly items: readonly SavedCall[];
  /** What did not work, in words. */
  readonly problem: string | undefined;
  /** Asks for the next ones, where there are more. */
  readonly more: (() => Promise<void>) | undefined;
  /** Resolves with whether it was kept. */
  save(prediction: Prediction): Promise<boolean>;
  remove(id: string): Promise<void>;
}

/** The caller's saved predictions, a page at a time. */
export function useCalls(client: EndpointClient): Calls {
  const [{ items, nextCursor }, setPage] = useState<CallPage>({ items: [] });
  const [problem, setProblem] = useState<string>();
  const [changes, countChange] = useReducer((count: number) => count + 1, 0);

  useEffect(() => {
    let isWanted = true;
    askEndpoint<CallPage>(client, "/calls").then(
      (page) => {
        if (isWanted) setPage(page);
      },
      (thrown: Error) => {
        if (isWanted) setProblem(thrown.message);
      },
    );
    return () => {
      isWanted = false;
    };
    // What was changed is asked for again.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [client, changes]);

  /** Gives undefined where it failed; then the page says so. */
  const ask = async <Answer>(path: string, options?: RequestOptions): Promise<Answer | undefined> => {
    try {
      const answer = await askEndpoint<Answer>(client, `/calls${path}`, options);
      setProblem(undefined);
      return answer;
    } catch (thrown) {
      setProblem((thrown as Error).message);
      return undefined;
    }
  };
  const more = async (): Promise<void> => {
    const next = await ask<CallPage>(`?cursor=${encodeURIComponent(nextCursor!)}`);
    if (next !== undefined) setPage({ ...next, items: [...items, ...next.items] });
  };
  return {
    items,
    problem,
    more: nextCursor === undefined ? undefined : more,
    async save(prediction) {
      const saved = await ask<SavedCall>("", { method: "POST", body: prediction });
      countChange();
      return saved !== undefined;
    },
    async remove(id) {
      await ask(`/${id}`, { method: "DELETE" });
      countChange();
    },
  };
}
