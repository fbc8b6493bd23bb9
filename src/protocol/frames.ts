import type { ErrorEvent, Event, StreamState, Usage } from "./events.ts";
import type { ErrorCode } from "./errors.ts";
import type { Json, JsonObject } from "./json.ts";

/** The WebSocket subprotocol that selects the native dialect (PROTOCOL.md section 8). */
export const NATIVE_SUBPROTOCOL = "sluice.v1";

/** `action` values that no route may have (PROTOCOL.md section 5). */
export const CONTROL_ACTIONS = ["resume", "cancel", "ping", "streams", "authenticate"] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** Path segments of every app that no route may have. */
export const RESERVED_ROUTES: readonly string[] = [...CONTROL_ACTIONS, "tickets", "uploads", "calls", "projects"];

/** Starts a run: `action` names the route, the rest is its input. */
export interface RunMessage extends JsonObject {
  readonly action: string;
  readonly requestId?: string;
}

/** What every frame of a stream carries (PROTOCOL.md section 6). */
export interface StreamFrame {
  readonly streamId: string;
  readonly offset: string;
  readonly requestId?: string;
}

/** The first frame of every stream, in every dialect; the native one names the route. */
export interface StartFrame extends StreamFrame {
  readonly type: "start";
  readonly route?: string;
}

/** The last frame of a cancelled stream, in every dialect. */
export interface CancelledFrame extends StreamFrame {
  readonly type: "cancelled";
  readonly partialLength: number;
  readonly usage?: Usage;
}

/** The native dialect's frame: the events from `first` to `offset`, with no seq missing between them. */
export interface EventsFrame extends StreamFrame {
  readonly type: "events";
  readonly first: string;
  /** Commit time of the last event, epoch milliseconds. */
  readonly at: number;
  /** Adjacent text deltas may stand here as one. */
  readonly events: readonly Event[];
}

/** Answers a resume or a cancel after which nothing follows. */
export interface EndedFrame {
  readonly type: "ended";
  readonly streamId: string;
  readonly state: StreamState;
  readonly requestId?: string;
}

export interface PongFrame {
  readonly type: "pong";
}

/** One of the caller's streams, as lists show it. */
export interface StreamItem {
  readonly streamId: string;
  readonly route: string;
  readonly state: StreamState;
  readonly offset: string;
  readonly requestId?: string;
  readonly createdAt: string;
  readonly endedAt?: string;
}

export interface StreamsFrame {
  readonly type: "streams";
  readonly items: readonly StreamItem[];
  readonly nextCursor?: string;
}

/** A stream's state as `GET /{app}/streams/{streamId}` tells it (PROTOCOL.md section 7.3). */
export interface StreamReport {
  readonly streamId: string;
  readonly route: string;
  readonly state: StreamState;
  readonly offset: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly endedAt?: string;
  /** The text so far, or the whole answer. */
  readonly text?: string;
  readonly result?: Json;
  readonly error?: Pick<ErrorEvent, "code" | "message" | "retryable">;
  readonly usage?: Usage;
}

/** What a long poll answers in the native dialect (PROTOCOL.md section 7.3). */
export interface PollAnswer {
  readonly frames: readonly JsonObject[];
  /** Of the last frame, or the one that was asked. */
  readonly offset: string;
  /** Final only where the frames reach the end, or there are none. */
  readonly state: StreamState;
}

export interface AuthenticatedFrame {
  readonly type: "authenticated";
  readonly expiresAt?: string;
}

/** The native dialect's error answer: not part of any stream, so it carries no offset. */
export interface ErrorFrame {
  readonly type: "error";
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly streamId?: string;
  readonly requestId?: string;
}

/** Every frame that a server sends in the native dialect. */
export type ServerFrame =
  | StartFrame
  | EventsFrame
  | CancelledFrame
  | EndedFrame
  | PongFrame
  | StreamsFrame
  | AuthenticatedFrame
  | ErrorFrame;
