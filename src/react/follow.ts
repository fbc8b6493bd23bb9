import type { Client } from "../client/client.ts";
import type { RouteName, RouteResult } from "../client/typed-routes.ts";
import { type RunView, viewOf } from "./run-view.ts";

/** The streams that hooks follow, by client. */
const followed = new WeakMap<object, Map<string, WeakRef<RunView>>>();

/** The view of a stream; one for all who ask, while it is watched and has not failed. */
export function follow<System, Name extends RouteName<System>>(
  client: Client<System>,
  streamId: string,
  route?: Name,
): RunView<RouteResult<System, Name>> {
  const views = followed.get(client) ?? new Map<string, WeakRef<RunView>>();
  followed.set(client, views);
  let view = views.get(streamId)?.deref() as RunView<RouteResult<System, Name>> | undefined;
  if (view === undefined || view.released || view.state.status === "error") {
    view = viewOf(client.follow(streamId, route && { route }));
    views.set(streamId, new WeakRef<RunView>(view));
  }
  return view;
}
