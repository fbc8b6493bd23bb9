import type { Event } from "sluice/client";
import type { NodeInfo, WatchData } from "sluice/operations";
import { type ConnectionLines, foldConnections, transportMix } from "./connection-lines.ts";
import type { Link } from "./link.ts";
import { EMPTY_PACE, type PaceWindow, foldPace } from "./pace-window.ts";
import { type StreamLines, foldStreams, sampleRates } from "./stream-lines.ts";

/** All that `watch` has told. */
export interface LiveState {
  readonly link: Link;
  readonly node: NodeInfo | undefined;
  /** What to add to this page's clock to have the server's, milliseconds. */
  readonly clockAheadMs: number;
  readonly streams: StreamLines;
  /** The first lists have come, or are empty. */
  readonly listed: boolean;
  readonly connections: ConnectionLines;
  /** How the viewers of each stream come. */
  readonly mix: ReadonlyMap<string, string>;
  readonly pace: PaceWindow;
  /** Ids that only the run before has told: they are gone unless this one tells them before its first sample of the pace. */
  readonly unconfirmed: ReadonlySet<string>;
}

export const EMPTY_LIVE: LiveState = {
  link: { state: "loading" },
  node: undefined,
  clockAheadMs: 0,
  streams: new Map(),
  listed: false,
  connections: new Map(),
  mix: new Map(),
  pace: EMPTY_PACE,
  unconfirmed: new Set(),
};

/** Another run of `watch` begins, and tells everything anew. */
export function beginAgain(state: LiveState): LiveState {
  return { ...state, unconfirmed: new Set([...state.streams.keys(), ...state.connections.keys()]) };
}

/** Takes one event of `watch`; `now` is this page's clock. */
export function foldLive(state: LiveState, event: Event, now: number): LiveState {
  if (event.type !== "data") return state;
  const { name, value } = event as unknown as {
    [Name in keyof WatchData]: { name: Name; value: WatchData[Name] };
  }[keyof WatchData];
  switch (name) {
    case "node":
      return { ...state, node: value, clockAheadMs: value.now - now };
    case "streams": {
      const streams = foldStreams(state.streams, value.set, value.gone);
      const told = value.set.map(({ streamId }) => streamId);
      return { ...state, streams, unconfirmed: without(state.unconfirmed, told) };
    }
    case "connections": {
      const told = value.set.map(({ id }) => id);
      const connections = foldConnections(state.connections, value.set, value.gone);
      return withConnections({ ...state, unconfirmed: without(state.unconfirmed, told) }, connections);
    }
    case "pace": {
      const { streams, connections } = state;
      const gone = [...state.unconfirmed];
      const listed = {
        ...state,
        listed: true,
        unconfirmed: EMPTY_LIVE.unconfirmed,
        pace: foldPace(state.pace, value),
        streams: sampleRates(foldStreams(streams, [], gone), value.at),
      };
      return withConnections(listed, foldConnections(connections, [], gone));
    }
    default:
      return state;
  }
}

function withConnections(state: LiveState, connections: ConnectionLines): LiveState {
  return connections === state.connections ? state : { ...state, connections, mix: transportMix(connections) };
}

function without(ids: ReadonlySet<string>, told: readonly string[]): ReadonlySet<string> {
  return ids.size === 0 ? ids : new Set([...ids].filter((id) => !told.includes(id)));
}
