"use client";
import type { Client } from "../client/client.ts";
import { type ConnectionState, initialState } from "../client/connection-state.ts";
import { useStore } from "./use-store.ts";

const IDLE = initialState("websocket");

/** How the client's connection stands. */
export function useConnection(client: Pick<Client, "connection" | "subscribe">): ConnectionState {
  return useStore(client, (at) => at?.connection ?? IDLE);
}
