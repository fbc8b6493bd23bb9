import type { Follower } from "../follower.ts";
import type { Inspection, OpenConnection } from "../inspection.ts";
import { formatOffset } from "../protocol/offset.ts";
import type { ConnectionRow, FollowRow, StreamRow } from "./types.ts";

const MOST_RUNNING = 500;
const MOST_CONNECTIONS = 500;
const MOST_FOLLOWS = 50;

export function streamRows(inspection: Inspection): StreamRow[] {
  const running = Iterator.from(inspection.running).take(MOST_RUNNING).toArray();
  const listed = new Set(running.map(({ streamId }) => streamId));
  const past = inspection.past.filter(({ streamId }) => !listed.has(streamId));
  return [...past, ...running].map((report) => ({ ...report, viewers: inspection.viewers(report.streamId) }));
}

export function connectionRows({ connections }: Inspection): ConnectionRow[] {
  return Iterator.from(connections).take(MOST_CONNECTIONS).map(connectionRow).toArray();
}

function connectionRow({ connection, since }: OpenConnection): ConnectionRow {
  const { id, caller, transport, bufferedBytes } = connection;
  const follows = Iterator.from(connection.followers).take(MOST_FOLLOWS).map(followRow).toArray();
  return { id, app: caller.app, transport, owner: caller.owner, since, bufferedBytes, follows };
}

function followRow({ stream, place }: Follower): FollowRow {
  return {
    streamId: stream.id,
    offset: place === undefined ? "" : formatOffset(place.epoch, place.seq),
    behind: Math.max(0, stream.seq - (place?.seq ?? -1)),
  };
}
