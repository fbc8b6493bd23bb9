import type { Client } from "../client/client.ts";
import type { Run } from "../client/run.ts";
import type { RouteName, RouteResult } from "../client/typed-routes.ts";
import { type RunView, viewOf } from "./run-view.ts";

/** The streams that hooks follow, by client. */
const followed = new WeakMap<object, Map<string, WeakRef<RunView>>>();

/** The view of a stream; one for all who ask, where it has not failed. */
export function follow<System, Name extends RouteName<System>>(
  client: Client<System>,
  streamId: string,
  route?: Name,
): RunView<RouteResult<System, Name>> {
  const views = followed.get(client) ?? new Map<string, WeakRef<RunView>>();
  followed.set(client, views);
  let view = views.get(streamId)?.deref() as RunView<RouteResult<System, Name>> | undefined;
  if (view === undefined || view.state.status === "error") {
    for (const [id, known] of views) if (known.deref() === undefined) views.delete(id);
    view = lastingView(client, client.follow(streamId, { route }), route);
    views.set(streamId, new WeakRef<RunView>(view));
  }
  return view;
}

/** The view of a run of this client: let go while nobody watches, and followed on when somebody does. */
export function lastingView<System, Name extends RouteName<System>>(
  client: Client<System>,
  run: Run<RouteResult<System, Name>>,
  route?: Name,
): RunView<RouteResult<System, Name>> {
  return viewOf(run, undefined, (streamId, offset) => client.follow(streamId, { offset, route }));
}
