import type { Run } from "../client/run.ts";
import { type Page, browserPage } from "./page.ts";

/** Makes news public; gives the run that they are of, where somebody watches it. */
export type Publish = () => Pick<Run, "shown"> | false;

/** Text, which nobody misses on a page that is hidden; another change; the end. */
export type News = 0 | 1 | 2;
export const TEXT = 0;
export const CHANGE = 1;
export const END = 2;

/** Has news made public when it is time to: at once, but, before the end, not twice in a frame. */
export type Flush = (publish: Publish, news: News) => void;

/** Where no frame comes. */
const LATEST_MS = 250;
/** After a flush that took 12 ms until it was painted, a frame of 16.7 ms is left out; after one of 24 ms, two. */
const REST = 1.4;
/** A frame that comes sooner after a flush is left to the next one. */
const HALF_FRAME_MS = 8;

/**
 * When the views of a page show what came: all together, once a frame, so that it is one commit; less often where that is
 * dear. Text waits while nobody sees the page.
 */
export function flushOf(page: Page = browserPage): Flush {
  let due = new Set<Publish>();
  let urgency: News = TEXT;
  const unpainted = new Set<ReturnType<Publish>>();
  /** Stops the wait for the next frame; after each flush there is one, too. */
  let stop: (() => void) | undefined;
  let restUntil = 0;

  const flush = (): void => {
    const began = page.now();
    const all = due;
    due = new Set();
    urgency = TEXT;
    wait();
    for (const publish of all) unpainted.add(publish());
    // After a frame's own callbacks it is painted, and only then come timers.
    page.after(0, () => {
      if (page.hidden()) return page.seen(flush);
      restUntil = began + Math.max(HALF_FRAME_MS, (page.now() - began) * REST);
      for (const run of unpainted) if (run) run.shown();
      unpainted.clear();
    });
  };

  const flushIfSeen = (): void => {
    if (urgency === TEXT && page.hidden()) page.seen(flush);
    else flush();
  };

  const wait = (): void => {
    stop?.();
    const end = (): void => {
      own();
      stop = undefined;
      if (due.size > 0) flushIfSeen();
    };
    const own = page.after(LATEST_MS, end);
    stop = own;
    const frame = (): void => {
      // Where it is another wait, something else came first.
      if (stop !== own) return;
      if (page.now() < restUntil) page.frame(frame);
      else end();
    };
    page.frame(frame);
  };

  return (publish, news) => {
    due.add(publish);
    if (news > urgency) urgency = news;
    if (news === END || stop === undefined) flushIfSeen();
  };
}

/** Of this page. */
export const pageFlush: Flush = flushOf();
