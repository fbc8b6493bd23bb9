import { useSyncExternalStore } from "react";
import { Listeners } from "../listeners.ts";
import type { LiveStore } from "./live/live-store.ts";
import { useSelected } from "./live/use-selected.ts";

const listeners = new Listeners();
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;
let second = 0;

/** The server's clock in epoch milliseconds, renewed every second by one timer for the whole page. */
export function useServerNow(live: LiveStore): number {
  const ahead = useSelected(live, ({ clockAheadMs }) => clockAheadMs);
  return useSyncExternalStore(subscribe, thisSecond) + ahead;
}

function thisSecond(): number {
  if (timer === undefined) second = Math.floor(Date.now() / 1000) * 1000;
  return second;
}

function subscribe(listener: () => void): () => void {
  const leave = listeners.subscribe(listener);
  users += 1;
  timer ??= setInterval(() => {
    second = Math.floor(Date.now() / 1000) * 1000;
    listeners.tell();
  }, 1000);
  return () => {
    leave();
    users -= 1;
    if (users > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
