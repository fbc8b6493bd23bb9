import type { Run } from "../client/run.ts";
import type { SluiceError } from "../protocol/errors.ts";
import type { Event } from "../protocol/events.ts";
import { changesBy } from "./changes.ts";
import { CHANGE, END, type Flush, type News, type Publish, TEXT, pageFlush } from "./flush.ts";
import type { OpenView } from "./run-view.ts";
import { sumOf } from "./sum-of-timings.ts";
import { textBlocks } from "./text-blocks.ts";
import type { ViewState } from "./view-state.ts";

/** Reads runs into a view: one, and where that was let go, the one that follows its stream on. */
export interface Reader {
  /** Reads a run, after the one before: to the end, or until it is let go. */
  take(run: Run, events: AsyncIterator<Event, undefined>): void;
  /** A cancel was asked for; `confirmed`: by the server. */
  cancelling(confirmed: Promise<void>): void;
}

/** The reader of this view. `tell`: the view has changed; gives whether somebody watches. */
export function read(view: OpenView, tell: () => boolean, flush: Flush = pageFlush): Reader {
  /** The state that is shown next. */
  let next = view.state;
  /** What the events say; the connection may say that it resumes. */
  let { status } = next;
  let grow = textBlocks();
  /** Text that is not shown yet. */
  let pending = "";
  /** UTF-16 units that came. */
  let length = 0;
  let ended = false;
  /** What was measured on the runs before. */
  let before: Run["timings"] | undefined;
  let turn = Promise.resolve();

  const publish: Publish = () => {
    if (pending !== "" || ended) view.text = grow(pending, ended);
    pending = "";
    view.state = next;
    return tell() && view.run;
  };

  const prepare = (changes: Partial<ViewState>): void => {
    const { run } = view;
    status = changes.status ?? status;
    next = Object.freeze({
      ...next,
      ...changes,
      status: run.state === "resuming" ? run.state : status,
      streamId: run.streamId,
      offset: run.offset,
      timings: sumOf(before, run.timings),
    });
  };

  const change = (changes: Partial<ViewState>, news: News = CHANGE): void => {
    if (ended) return;
    ended = news === END;
    prepare(changes);
    flush(publish, news);
  };

  /** Gives whether more may come. */
  const take = (event: Event): boolean => {
    if (event.type === "text-delta") {
      pending += event.text;
      length += event.text.length;
      if (status === "streaming") {
        flush(publish, TEXT);
        return true;
      }
    }
    prepare({ status: "streaming", ...changesBy(event, next) });
    const goesOn = status === "streaming" || status === "queued";
    // The end is shown in one step.
    if (goesOn) flush(publish, CHANGE);
    return goesOn;
  };

  const readAll = async (run: Run, events: AsyncIterator<Event, undefined>): Promise<void> => {
    run.subscribe(() => {
      if ((next.status === "resuming") !== (run.state === "resuming")) change({});
    });
    let whole = "";
    let goesOn = true;
    let error: unknown;
    try {
      for await (const event of { [Symbol.asyncIterator]: () => events }) {
        goesOn = take(event);
        if (event.type === "complete") whole = event.text;
      }
    } catch (thrown) {
      error = thrown;
    }
    if (goesOn) {
      const { state } = run;
      if (error === undefined && (state === "pending" || state === "streaming" || state === "resuming")) {
        // It was let go: that is no end.
        before = sumOf(before, run.timings);
        return;
      }
      // No event tells an end that was before our place in the stream, or that cannot be reached.
      prepare({ status: error === undefined ? state : "error", result: await run.result.catch(() => undefined) });
      whole = run.text;
    }
    if (whole.length > length) {
      // It was followed from the middle on.
      grow = textBlocks();
      pending = whole;
    }
    change({ cancelling: false, ...(status === "error" && { error: (error ?? run.error) as SluiceError }) }, END);
  };

  return {
    take(run, events) {
      turn = turn.then(() => readAll(run, events));
    },
    cancelling(confirmed) {
      change({ cancelling: true });
      const over = (): void => change({ cancelling: false });
      confirmed.then(over, over);
    },
  };
}
