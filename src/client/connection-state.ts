/** The ways to a server, the best first: each is what is left where the one before it is blocked. */
export const TRANSPORTS = ["websocket", "sse", "poll"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** How the client's one connection stands. A new object on every change. */
export interface ConnectionState {
  readonly state: "idle" | "connecting" | "open" | "waiting" | "suspended" | "closed" | "failed";
  /** The way that is used, or tried now. */
  readonly transport: Transport;
  /** Dials since the last connection that held for 5 s. */
  readonly attempt: number;
  /** When the next dial begins, epoch milliseconds; while waiting. */
  readonly retryAt?: number;
  /** Why it is not open, in words for a developer. */
  readonly reason?: string;
  /** How long the dial took, milliseconds; while open. */
  readonly openedInMs?: number;
}

/** What can happen to it. */
export type ConnectionEvent =
  | { readonly type: "dial"; readonly transport: Transport }
  | { readonly type: "opened"; readonly openedInMs: number }
  /** It has held for 5 s. */
  | { readonly type: "stable" }
  /** A better way was found, and is open. */
  | { readonly type: "upgraded"; readonly transport: Transport }
  /** It broke, or a dial failed, and is dialled again at `retryAt`. */
  | { readonly type: "lost"; readonly retryAt: number; readonly reason: string }
  /** The page sleeps, or there is no network: nothing is dialled before that is over. */
  | { readonly type: "suspend"; readonly reason: string }
  /** It broke, or was waited for, and nobody needs it now. */
  | { readonly type: "rest"; readonly reason?: string }
  /** Coming back as we are is useless. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "close" };

/** Before the first need. */
export function initialState(transport: Transport): ConnectionState {
  return Object.freeze({ state: "idle", transport, attempt: 0 });
}

type State = ConnectionState["state"];

const LIVE: readonly State[] = ["connecting", "open"];
const AWAKE: readonly State[] = [...LIVE, "waiting"];
const DOWN: readonly State[] = ["idle", "waiting", "suspended", "failed"];

/** Every transition there is: from which states each event leads, and where to. */
const MOVES: Readonly<Record<ConnectionEvent["type"], { readonly from: readonly State[]; readonly to: State }>> = {
  dial: { from: DOWN, to: "connecting" },
  opened: { from: ["connecting"], to: "open" },
  stable: { from: ["open"], to: "open" },
  upgraded: { from: ["open"], to: "open" },
  lost: { from: LIVE, to: "waiting" },
  suspend: { from: AWAKE, to: "suspended" },
  rest: { from: [...AWAKE, "suspended"], to: "idle" },
  refused: { from: AWAKE, to: "failed" },
  close: { from: [...DOWN, ...LIVE], to: "closed" },
};

/** The state after an event; one that has no transition in the present state leaves it as it is. */
export function transition(before: ConnectionState, { type, ...facts }: ConnectionEvent): ConnectionState {
  const { from, to } = MOVES[type];
  const { state, transport } = before;
  if (!from.includes(state)) return before;
  let { attempt } = before;
  if (type === "stable") attempt = 0;
  if (type === "dial") attempt = state === "failed" ? 1 : attempt + 1;
  return Object.freeze({ ...(state === to && before), state: to, transport, attempt, ...facts });
}
