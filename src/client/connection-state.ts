/** How the client's one connection stands. A new object on every change. */
export interface ConnectionState {
  readonly state: "idle" | "connecting" | "open" | "waiting" | "closed" | "failed";
  /** Dials since the last connection that held for 5 s. */
  readonly attempt: number;
  /** When the next dial begins, epoch milliseconds; while waiting. */
  readonly retryAt?: number;
  /** Why it is not open, in words for a developer. */
  readonly reason?: string;
}

/** What can happen to it. */
export type ConnectionEvent =
  | { readonly type: "dial" }
  | { readonly type: "opened" }
  /** It has held for 5 s. */
  | { readonly type: "stable" }
  /** It broke, or a dial failed, and is dialled again at `retryAt`. */
  | { readonly type: "lost"; readonly retryAt: number; readonly reason: string }
  /** It broke, or was waited for, and nobody needs it now. */
  | { readonly type: "rest"; readonly reason?: string }
  /** Coming back as we are is useless. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "close" };

export const INITIAL: ConnectionState = Object.freeze({ state: "idle", attempt: 0 });

/** Every transition there is; an event that has none in the present state leaves it as it is. */
export function transition(from: ConnectionState, event: ConnectionEvent): ConnectionState {
  const to = next(from, event);
  return to === undefined ? from : Object.freeze(to);
}

function next({ state, attempt }: ConnectionState, event: ConnectionEvent): ConnectionState | undefined {
  if (state === "closed") return undefined;
  const live = state === "connecting" || state === "open";
  switch (event.type) {
    case "dial":
      if (state === "failed") return { state: "connecting", attempt: 1 };
      return live ? undefined : { state: "connecting", attempt: attempt + 1 };
    case "opened":
      return state === "connecting" ? { state: "open", attempt } : undefined;
    case "stable":
      return state === "open" ? { state: "open", attempt: 0 } : undefined;
    case "lost":
      return live ? { state: "waiting", attempt, retryAt: event.retryAt, reason: event.reason } : undefined;
    case "rest":
      if (!live && state !== "waiting") return undefined;
      return { state: "idle", attempt, ...(event.reason !== undefined && { reason: event.reason }) };
    case "refused":
      return live || state === "waiting" ? { state: "failed", attempt, reason: event.reason } : undefined;
    case "close":
      return { state: "closed", attempt };
  }
}
