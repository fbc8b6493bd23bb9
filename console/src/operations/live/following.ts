import type { Client, Event, Run } from "sluice/client";
import { type Link, linkAfter, linkOver, withCode } from "./link.ts";

const RETRY_MS = 3000;

/** What is done with the events of a run, and with how the link stands. */
export interface Listener {
  /** A run begins, the first or another: its events tell everything from the beginning. */
  begin(): void;
  take(event: Event): void;
  link(link: Link): void;
  /** Whether a run that has come to its end is followed by another. */
  readonly again: boolean;
}

/** Keeps a run of the operator's side going, through errors that may pass. Gives the way to stop. */
export function keepRunning(
  client: Pick<Client, "connection" | "subscribe">,
  start: () => Run,
  listener: Listener,
): () => void {
  let stopped = false;
  let run: Run | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let link: Link = { state: "loading" };
  const tell = (): void => listener.link(linkOver(link, client.connection));
  const become = (next: Link): void => {
    link = next;
    tell();
  };

  const follow = async (): Promise<void> => {
    const current = start();
    run = current;
    /** It told something, and did not end by itself with an error. */
    let went = false;
    try {
      for await (const event of current) {
        if (stopped) return;
        went = event.type === "data" || (went && event.type !== "error");
        if (event.type === "start") listener.begin();
        else listener.take(event);
        if (link.state !== "live" && event.type === "data") become({ state: "live" });
      }
    } catch {
      // The run's own error says what it was.
    }
    if (stopped) return;
    if (current.error === undefined) {
      if (listener.again) void follow();
      return;
    }
    const error = withCode(current.error);
    // The server has forgotten the run, not what it was about: it was started anew.
    const forgotten = went && linkAfter(error).state === "missing";
    become(forgotten ? { state: "loading" } : linkAfter(error));
    if (!forgotten && !error.retryable) return;
    retry = setTimeout(() => void follow(), Math.max(RETRY_MS, error.retryAfterMs ?? 0));
  };

  const unsubscribe = client.subscribe(tell);
  tell();
  void follow();
  return () => {
    stopped = true;
    unsubscribe();
    clearTimeout(retry);
    run?.detach();
  };
}
