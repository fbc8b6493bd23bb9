"use client";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Client } from "../client/client.ts";
import type { RouteInput, RouteName, RouteResult } from "../client/typed-routes.ts";
import type { SluiceError } from "../protocol/errors.ts";
import type { ChatMessage, ChatTurn, Exchange } from "./chat.ts";
import type { RunView } from "./run-view.ts";
import { useExchanges } from "./use-exchanges.ts";
import { useView } from "./use-view.ts";
import type { ViewState } from "./view-state.ts";

export interface ChatOptions<Input> {
  /** Names the chat; another one shows another chat. */
  readonly id: string;
  /**
   * Makes the route's input of what the user wrote, and of the turns that are finished. Called with no turns too: that input is
   * what is kept of earlier messages.
   */
  readonly input: (text: string, history: readonly ChatTurn[]) => Input;
  /** Whether the chat is there again after a reload; it is unless this is false. */
  readonly keep?: boolean;
}

export interface ChatHandle<Input, Result> {
  /** The same list until a message comes or goes: while an answer grows, only its view changes. */
  readonly messages: readonly ChatMessage<Input, Result>[];
  /** Of the last answer; `submitted` until something of it came. */
  readonly status: "ready" | "submitted" | "streaming" | "error";
  readonly error: SluiceError | undefined;
  /** Asks; `extra` goes into the input, over what the option `input` makes. */
  send(text: string, extra?: Partial<Input>): void;
  /** Stops the last answer; resolves when the server has confirmed it. */
  cancel(): Promise<void>;
  /** Asks for the last answer again, instead of the one that is there. */
  regenerate(): RunView<Result> | undefined;
  /** Forgets all messages. */
  clear(): void;
}

/** A conversation: each answer is a run of the route. Unmounting cancels nothing. */
export function useChat<System, Name extends RouteName<System>>(
  client: Client<System>,
  route: Name,
  options: ChatOptions<RouteInput<System, Name>>,
): ChatHandle<RouteInput<System, Name>, RouteResult<System, Name>> {
  const { id, keep = true } = options;
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  const [chat, exchanges] = useExchanges(client, route, keep ? `sluice.chat.${id}` : undefined);
  const view = exchanges.at(-1)?.[1].view;
  const status = useView(view, statusOf);
  return {
    messages: useMemo(() => exchanges.flat(), [exchanges]),
    status: view === undefined ? "ready" : status,
    error: useView(view, ({ error }) => error),
    send: useCallback(
      (text, extra) => {
        const inputAfter = (history: readonly ChatTurn[]): RouteInput<System, Name> => ({
          ...latest.current.input(text, history),
          ...extra,
        });
        chat.add(text, inputAfter(historyOf(chat.exchanges.items)), inputAfter([]));
      },
      [chat],
    ),
    cancel: chat.cancel,
    regenerate: chat.again,
    clear: chat.clear,
  };
}

/** What was said so far; questions whose answer failed, or has not come to its end here, are left out. */
function historyOf(exchanges: readonly Exchange[]): ChatTurn[] {
  return exchanges.flatMap(([{ text }, { view }]) => {
    const { status } = view.state;
    const content = (status === "complete" || status === "cancelled") && view.wholeText;
    return content
      ? [
          { role: "user" as const, content: text },
          { role: "assistant" as const, content },
        ]
      : [];
  });
}

function statusOf({ status }: ViewState): ChatHandle<never, never>["status"] {
  if (status === "error") return status;
  if (status === "pending" || status === "queued") return "submitted";
  return status === "streaming" || status === "resuming" ? "streaming" : "ready";
}
