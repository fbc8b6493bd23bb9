import { type Client, createClient } from "sluice/client";
import type { CancelResult, DisconnectResult, OperationsGateway } from "sluice/operations";
import { type ServerConfig, addressesOf } from "../server-config.ts";
import { Asks } from "./live/asks.ts";
import { type LiveStore, liveStore } from "./live/live-store.ts";

/** What the operator's pages share: one client, what it has told, and what was asked of it. */
export interface Operations {
  readonly config: ServerConfig;
  readonly client: Client<OperationsGateway>;
  readonly live: LiveStore;
  /** Cancels by stream id; the answer is how the stream stood then. */
  readonly cancels: Asks<CancelResult>;
  /** By connection id. */
  readonly cuts: Asks<DisconnectResult>;
}

/** The parts over this client. Nothing is opened before somebody looks. */
export function operationsWith(client: Client<OperationsGateway>, config: ServerConfig): Operations {
  return { config, client, live: liveStore(client), cancels: new Asks(), cuts: new Asks() };
}

let known:
  | { readonly config: ServerConfig; readonly token: string | undefined; readonly operations: Operations }
  | undefined;

/** Those of this server and this token: they outlive the page that shows them. Others take their place. */
export function operationsAt(config: ServerConfig, token: string | undefined): Operations {
  if (known?.config === config && known.token === token) return known.operations;
  known?.operations.client.close();
  const client = createClient<OperationsGateway>({
    ...addressesOf(config, "operations"),
    ...(token !== undefined && { token }),
  });
  const operations = operationsWith(client, config);
  known = { config, token, operations };
  return operations;
}
