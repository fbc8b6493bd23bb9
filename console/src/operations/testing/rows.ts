import type { Event } from "sluice/client";
import type { ConnectionRow, PaceSample, StreamRow, TimelineEntry } from "sluice/operations";

/** A stream that has run since 1000, but for what the test says. */
export function aStream(streamId: string, change: Partial<StreamRow> = {}): StreamRow {
  return {
    app: "titles",
    streamId,
    route: "stream",
    owner: "",
    state: "running",
    epoch: 1,
    createdAt: 1000,
    seq: 1,
    tokens: 0,
    characters: 0,
    viewers: 1,
    lastEventAt: 1000,
    ...change,
  };
}

export function aConnection(id: string, change: Partial<ConnectionRow> = {}): ConnectionRow {
  return {
    id,
    app: "titles",
    transport: "websocket",
    owner: "",
    since: 1000,
    bufferedBytes: 0,
    follows: [],
    ...change,
  };
}

export function aSample(at: number, change: Partial<PaceSample> = {}): PaceSample {
  const firstToken = Array.from({ length: 12 }, () => 0);
  return {
    at,
    tokensPerSecond: 0,
    eventsPerSecond: 0,
    running: 0,
    connections: 0,
    firstToken,
    interToken: firstToken,
    ...change,
  };
}

/** Entries with these times after 1000, in epoch 1. */
export function entriesAt(...told: readonly (readonly [ms: number, event: Event])[]): readonly TimelineEntry[] {
  return told.map(([ms, event], seq) => ({ seq, epoch: 1, at: 1000 + ms, event }));
}

export function text(piece: string): Event {
  return { type: "text-delta", text: piece };
}
