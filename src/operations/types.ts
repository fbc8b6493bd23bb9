/**
 * What the operator's side sends and takes: the shapes behind `createClient<OperationsGateway>()`. Everything travels as
 * `data` events by name, and as the results of the routes. Times are epoch milliseconds.
 */
import type { Gateway } from "../gateway.ts";
import type { Happening } from "../happenings.ts";
import type { Event, StreamState } from "../protocol/events.ts";
import type { Route } from "../route.ts";
import type { RunReport } from "../run-report.ts";
import type { Transport } from "../transport.ts";

export type { Happening } from "../happenings.ts";
export { FIRST_TOKEN_MS, INTER_TOKEN_MS } from "../pace-bounds.ts";

/** The system at `/operations`. A route cannot be named `cancel`: that is an action which every system has. */
export type OperationsGateway = Gateway<{
  watch: Route<WatchInput, WatchResult>;
  timeline: Route<StreamKey, TimelineResult>;
  cancelStream: Route<StreamKey, CancelResult>;
  disconnect: Route<DisconnectInput, DisconnectResult>;
}>;

/** Which stream. */
export interface StreamKey {
  readonly app: string;
  readonly streamId: string;
}

/** `watch` takes nothing. */
export type WatchInput = Readonly<Record<never, never>>;

/** It has watched for as long as one run may: run it again. */
export interface WatchResult {
  readonly until: number;
}

/** The `data` events of `watch`, by name. */
export interface WatchData {
  /** First, and once. */
  readonly node: NodeInfo;
  /**
   * Every second in which some row has changed; all rows the first time. In parts of about 16 kB, and none where the list is
   * empty: the first `pace` says that the first lists are whole.
   */
  readonly streams: StreamChanges;
  /** Likewise. */
  readonly connections: ConnectionChanges;
  /** Every second. */
  readonly pace: PaceSample;
}

/** The process that answers. Other nodes' streams and connections are in no list of it. */
export interface NodeInfo {
  /** Of this start of the process. */
  readonly id: string;
  readonly startedAt: number;
  /** Of the package. */
  readonly version: string;
  /** Whether the model is a stand-in, where the server says so. */
  readonly standIn?: boolean;
  /** The server's clock. */
  readonly now: number;
}

/** Large changes come in several of these. */
export interface StreamChanges {
  /** New rows and changed ones. */
  readonly set: readonly StreamRow[];
  /** Stream ids that are listed no more. */
  readonly gone: readonly string[];
}

/** A stream whose run goes on in this process (the oldest 500), or ended here in the last five minutes (the newest 200). */
export interface StreamRow extends RunReport {
  /** Who follows it in this process. */
  readonly viewers: number;
}

/** Large changes come in several of these. */
export interface ConnectionChanges {
  readonly set: readonly ConnectionRow[];
  /** Connection ids that are listed no more. */
  readonly gone: readonly string[];
}

/** An open connection of this process; the oldest 500 are listed. */
export interface ConnectionRow {
  readonly id: string;
  readonly app: string;
  readonly transport: TransportKind;
  /** Principal id, or "" for anonymous. */
  readonly owner: string;
  readonly since: number;
  /** Sent and not yet taken by the network. */
  readonly bufferedBytes: number;
  /** At most 50. */
  readonly follows: readonly FollowRow[];
}

export type TransportKind = Transport["kind"];

export interface FollowRow {
  readonly streamId: string;
  /** Of the last event that was sent; empty before the first. */
  readonly offset: string;
  /** Events between that and the stream's last one. */
  readonly behind: number;
}

/** The pace of all systems of this process since the sample before. */
export interface PaceSample {
  readonly at: number;
  readonly tokensPerSecond: number;
  readonly eventsPerSecond: number;
  /** Runs that go on now. */
  readonly running: number;
  readonly connections: number;
  /** Answers whose first token came after so long: one count for each of FIRST_TOKEN_MS, and one for what lies above. */
  readonly firstToken: readonly number[];
  /** The same between two tokens, over INTER_TOKEN_MS. */
  readonly interToken: readonly number[];
}

/** The `data` events of `timeline`, by name. */
export interface TimelineData {
  /** First, and once. */
  readonly head: TimelineHead;
  /** In order and without a hole; at most 100, and about 16 kB. */
  readonly entries: readonly TimelineEntry[];
  /** In order, of this process, since it began to look after the stream. */
  readonly happenings: readonly Happening[];
}

export interface TimelineHead extends StreamKey {
  readonly route: string;
  /** Principal id, or "" for anonymous. */
  readonly owner: string;
  readonly requestId?: string;
  readonly createdAt: number;
  /** The seq at which each epoch began, as far as was known then. */
  readonly epochs: readonly number[];
}

/** One event of the stream, as it is stored. */
export interface TimelineEntry {
  readonly seq: number;
  readonly epoch: number;
  /** Commit time. */
  readonly at: number;
  /** Where it has `cutBytes`, its long texts are empty and its long values null. */
  readonly event: Event;
  /** Length of the event's JSON where it is too long to be shown whole. */
  readonly cutBytes?: number;
}

/** The stream has ended, and its timeline is whole; or it is still `running`, and the timeline wants to be run again. */
export interface TimelineResult {
  readonly state: StreamState;
}

/** How the stream has ended; `running` where its end takes longer than a few seconds. */
export interface CancelResult {
  readonly state: StreamState;
}

export interface DisconnectInput {
  readonly connectionId: string;
}

/** False where there is no such connection, or it cannot be cut. */
export interface DisconnectResult {
  readonly closed: boolean;
}
