import type { Client, Event } from "sluice/client";
import type { OperationsGateway, StreamKey, TimelineData } from "sluice/operations";
import { keepRunning } from "../live/following.ts";
import { type Link, sameLink } from "../live/link.ts";
import { SnapshotStore } from "../live/snapshot-store.ts";
import { EMPTY_TIMELINE, type Timeline, foldEntries, foldHappenings } from "./timeline.ts";

export interface TimelineState {
  readonly link: Link;
  readonly timeline: Timeline;
}

export type TimelineStore = SnapshotStore<TimelineState>;

/** One stream's past and present, for as long as somebody looks. */
export function timelineStore(client: Client<OperationsGateway>, key: StreamKey): TimelineStore {
  const empty: TimelineState = { link: { state: "loading" }, timeline: EMPTY_TIMELINE };
  return new SnapshotStore(empty, (store) =>
    keepRunning(client, () => client.run("timeline", { app: key.app, streamId: key.streamId }), {
      // Entries are told apart by their seq; happenings are not, and come again.
      begin: () => store.update(({ link, timeline }) => ({ link, timeline: { ...timeline, happenings: [] } })),
      take: (event) => store.update((state) => ({ ...state, timeline: foldTimeline(state.timeline, event) })),
      link: (link) => {
        store.update((state) => (sameLink(state.link, link) ? state : { ...state, link }));
        store.flush();
      },
      again: false,
    }),
  );
}

/** Takes one event of `timeline`. */
function foldTimeline(timeline: Timeline, event: Event): Timeline {
  if (event.type !== "data") return timeline;
  const { name, value } = event as unknown as {
    [Name in keyof TimelineData]: { name: Name; value: TimelineData[Name] };
  }[keyof TimelineData];
  switch (name) {
    case "head":
      return { ...timeline, head: value };
    case "entries":
      return foldEntries(timeline, value);
    case "happenings":
      return foldHappenings(timeline, value);
    default:
      return timeline;
  }
}
