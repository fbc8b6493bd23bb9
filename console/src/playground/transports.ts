import type { ConnectionState } from "sluice/client";

/** One way to a server. */
export type Transport = ConnectionState["transport"];

/** What each way is called. */
export const TRANSPORT_NAMES: Readonly<Record<Transport, string>> = {
  websocket: "WebSocket",
  sse: "SSE",
  poll: "Long poll",
};

/** The ways that a setting allows: the one that it names, or undefined where the client may choose. */
export function transportsOf(setting: string | undefined): readonly [Transport] | undefined {
  return setting !== undefined && isTransport(setting) ? [setting] : undefined;
}

function isTransport(name: string): name is Transport {
  return Object.hasOwn(TRANSPORT_NAMES, name);
}
