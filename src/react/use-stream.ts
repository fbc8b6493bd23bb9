"use client";
import { useEffect, useMemo } from "react";
import type { Client } from "../client/client.ts";
import type { RouteName, RouteResult } from "../client/typed-routes.ts";
import { follow } from "./follow.ts";
import { List, useList } from "./list.ts";
import type { RunView } from "./run-view.ts";
import { type Handle, useHandle } from "./use-handle.ts";

export interface StreamHandle<Result> extends Handle<Result> {
  /** Stops the run; resolves when the server has confirmed it. */
  cancel(): Promise<void>;
  /** Follows it again, where that had failed. */
  retry(): void;
}

/**
 * Follows a stream from its beginning, whoever started it; naming its route gives the result's type. All who ask for the same
 * stream of a client share one follow, which ends 2 s after the last of them left.
 */
export function useStream<System, Name extends RouteName<System> = RouteName<System>>(
  client: Client<System>,
  streamId: string | undefined,
  { route }: { readonly route?: Name } = {},
): StreamHandle<RouteResult<System, Name>> {
  const [views, retry, cancel] = useMemo(() => {
    const shown = new List<RunView<RouteResult<System, Name>>>();
    return [
      shown,
      () => {
        if (streamId !== undefined) shown.set([follow(client, streamId, route)]);
      },
      async () => shown.items[0]?.cancel(),
    ] as const;
  }, [client, streamId, route]);
  useEffect(() => retry(), [retry]);
  return useHandle(useList(views)[0], { retry, cancel });
}
