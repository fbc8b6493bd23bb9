import { useEffect, useState } from "react";
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
  }, [client]);

  /** Gives false where it failed; then the page says so. */
  const attempt = async <Answer>(
    path: string,
    options: RequestOptions,
    take: (answer: Answer) => void,
  ): Promise<boolean> => {
    try {
      take(await askEndpoint<Answer>(client, `/calls${path}`, options));
      setProblem(undefined);
      return true;
    } catch (thrown) {
      setProblem((thrown as Error).message);
      return false;
    }
  };
  const change = (to: (items: readonly SavedCall[]) => readonly SavedCall[]): void =>
    setPage((page) => ({ ...page, items: to(page.items) }));
  const more = async (): Promise<void> => {
    await attempt<CallPage>(`?cursor=${encodeURIComponent(nextCursor!)}`, {}, (next) =>
      setPage({ ...next, items: [...items, ...next.items] }),
    );
  };
  return {
    items,
    problem,
    more: nextCursor === undefined ? undefined : more,
    save: (prediction) =>
      attempt<SavedCall>("", { method: "POST", body: prediction }, (saved) => change((before) => [saved, ...before])),
    async remove(id) {
      await attempt(`/${id}`, { method: "DELETE" }, () => change((before) => before.filter((item) => item.id !== id)));
    },
  };
}
