import type { BudgetedSizes } from "./budgets.ts";
import { type Size, sizeOf } from "./sizes.ts";

const CLIENT = 'export { createClient } from "sluice/client";';
const HOOKS = 'export * from "sluice/react";';
const COMPONENTS = 'export * from "sluice/react-ui";';
const USE_CHAT = 'export { useChat } from "@ai-sdk/react"; export { DefaultChatTransport } from "ai";';
const BY_HAND = 'export { useSocket } from "./pages/naive-socket.ts";';

export interface BundleSizes extends BudgetedSizes {
  /** By what is in them. */
  readonly all: ReadonlyMap<string, Size>;
}

/** What a page loads for its streaming, with Sluice and without. */
export async function bundleSizes(): Promise<BundleSizes> {
  const client = await sizeOf(CLIENT);
  const hooks = await sizeOf(CLIENT + HOOKS);
  const all = new Map([
    ["a WebSocket by hand", await sizeOf(BY_HAND)],
    ["sluice/client: createClient", client],
    ["with all of sluice/react", hooks],
    ["with all of sluice/react-ui", await sizeOf(CLIENT + HOOKS + COMPONENTS)],
    ["@ai-sdk/react: useChat, HTTP", await sizeOf(USE_CHAT)],
  ]);
  return { client, hooks, all };
}
