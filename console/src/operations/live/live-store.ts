import type { Client } from "sluice/client";
import type { OperationsGateway } from "sluice/operations";
import { keepRunning } from "./following.ts";
import { sameLink } from "./link.ts";
import { EMPTY_LIVE, type LiveState, beginAgain, foldLive } from "./live-state.ts";
import { SnapshotStore } from "./snapshot-store.ts";

export type LiveStore = SnapshotStore<LiveState>;

/** What goes on at the server, for as long as somebody looks: `watch`, run again whenever it has come to its end. */
export function liveStore(client: Client<OperationsGateway>): LiveStore {
  return new SnapshotStore(EMPTY_LIVE, (store) =>
    keepRunning(client, () => client.run("watch", {}), {
      begin: () => store.update(beginAgain),
      take: (event) => store.update((state) => foldLive(state, event, Date.now())),
      link: (link) => {
        store.update((state) => (sameLink(state.link, link) ? state : { ...state, link }));
        store.flush();
      },
      again: true,
    }),
  );
}
