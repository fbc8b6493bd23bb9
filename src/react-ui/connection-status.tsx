"use client";
import type { ReactElement } from "react";
import type { Client } from "../client/client.ts";
import type { ConnectionState } from "../client/connection-state.ts";
import { useConnection } from "../react/index.ts";
import { Icon, type IconName } from "./icon.tsx";
import { useNow } from "./use-now.ts";
import { secondsUntil } from "./words.ts";

const FACES: Readonly<Record<ConnectionState["state"], readonly [word: string, icon: IconName]>> = {
  idle: ["Ready", "resting"],
  connecting: ["Connecting", "working"],
  open: ["Live", "live"],
  waiting: ["Reconnecting", "waiting"],
  suspended: ["Paused", "paused"],
  closed: ["Closed", "closed"],
  failed: ["Refused", "failed"],
};

const TRANSPORTS: Readonly<Record<ConnectionState["transport"], string>> = {
  websocket: "WebSocket",
  sse: "SSE",
  poll: "Long poll",
};

export interface ConnectionStatusProps<System> {
  readonly client: Client<System>;
}

/** What the connection really is, and by which transport: two things, shown as two. */
export function ConnectionStatus<System>({ client }: ConnectionStatusProps<System>): ReactElement {
  const { state, transport, retryAt, reason } = useConnection(client);
  const [word, icon] = FACES[state];
  const waiting = state === "waiting" && retryAt !== undefined;
  const now = useNow(250, waiting);
  return (
    <div className="sluice-connection" data-state={state} title={reason}>
      <span className="sluice-status" role="status">
        <Icon name={icon} />
        {word}
        {(state === "open" || state === "connecting") && <span className="sluice-hint">{TRANSPORTS[transport]}</span>}
      </span>
      {/* The seconds count down for the eye only. */}
      {waiting && <span className="sluice-hint" aria-hidden="true">{`in ${secondsUntil(retryAt, now)} s`}</span>}
      {(state === "waiting" || state === "suspended" || state === "failed") && (
        <button type="button" className="sluice-button sluice-small" onClick={() => client.reconnect()}>
          Reconnect
        </button>
      )}
    </div>
  );
}
