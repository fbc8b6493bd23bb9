"use client";
import type { Client } from "../client/client.ts";
import type { RouteInput, RouteName, RouteResult } from "../client/typed-routes.ts";
import type { RunView } from "./run-view.ts";
import { type Handle, useHandle } from "./use-handle.ts";
import { useExchanges } from "./use-exchanges.ts";

export interface RunActions<Input, Result> {
  /** Starts a run, and shows it instead of the one before, which goes on. The same `requestId` is the same run (law 8). */
  start(input: Input, options?: { readonly requestId?: string }): RunView<Result>;
  /** Starts a run with the last input. */
  retry(): RunView<Result> | undefined;
  /** Stops the run; resolves when the server has confirmed it. */
  cancel(): Promise<void>;
  /** Shows no run any more. */
  clear(): void;
}

export type RunHandle<Input, Result> = Handle<Result> & RunActions<Input, Result>;

/**
 * One run of a route at a time. With `keep`, a key in the tab's storage, it is there again after a reload, and goes on.
 * Unmounting never cancels.
 */
export function useRun<System, Name extends RouteName<System>>(
  client: Client<System>,
  route: Name,
  { keep }: { readonly keep?: string | undefined } = {},
): RunHandle<RouteInput<System, Name>, RouteResult<System, Name>> {
  const [{ start, again: retry, cancel, clear }, exchanges] = useExchanges(client, route, keep);
  return useHandle(exchanges[0]?.[1].view, { start, retry, cancel, clear });
}
