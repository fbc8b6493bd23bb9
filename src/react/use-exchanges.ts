"use client";
import { useEffect, useMemo } from "react";
import type { Client } from "../client/client.ts";
import type { RouteInput, RouteName, RouteResult } from "../client/typed-routes.ts";
import { type Chat, type Exchange, chatOf } from "./chat.ts";
import { useList } from "./list.ts";

/** What was asked of a route here, and, under a `key`, before the page was reloaded. */
export function useExchanges<System, Name extends RouteName<System>>(
  client: Client<System>,
  route: Name,
  key: string | undefined,
): [
  Chat<RouteInput<System, Name>, RouteResult<System, Name>>,
  readonly Exchange<RouteInput<System, Name>, RouteResult<System, Name>>[],
] {
  const chat = useMemo(() => chatOf(client, route, key), [client, route, key]);
  useEffect(() => chat.restore(), [chat]);
  return [chat, useList(chat.exchanges)];
}
