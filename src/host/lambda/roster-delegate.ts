import type { Delegate } from "../../delegate.ts";
import { randomId } from "../../ids.ts";
import { formatOffset } from "../../protocol/offset.ts";
import type { Roster } from "../../roster.ts";

/** Enters a connection in the roster of what it follows, for the stream's worker to serve. */
export function rosterDelegate(roster: Roster, connectionId: string): Delegate {
  return {
    async follow({ streamId, state }, after, repeated) {
      if (state !== "running" && (await roster.entry(streamId, connectionId)) === undefined) return false;
      return roster.enter(streamId, {
        connectionId,
        visit: randomId(),
        ...(after !== undefined && { offset: formatOffset(after.epoch, after.seq) }),
        ...(repeated && { repeated }),
      });
    },
    follows: async (streamId) => (await roster.entry(streamId, connectionId)) !== undefined,
  };
}
