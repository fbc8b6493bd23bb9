import type { SluiceError } from "../protocol/errors.ts";
import type { Event } from "../protocol/events.ts";
import { changesBy } from "./changes.ts";
import { CHANGE, END, type Flush, type News, type Publish, TEXT, pageFlush } from "./flush.ts";
import type { OpenView } from "./run-view.ts";
import { textBlocks } from "./text-blocks.ts";
import type { ViewState } from "./view-state.ts";

/**
 * Reads a run into its view, to its end. `tell`: the view has changed; gives whether somebody watches. What is given back
 * is to be told when a cancel was asked for, and when it is confirmed.
 */
export function read(
  view: OpenView,
  events: AsyncIterator<Event, undefined>,
  tell: () => boolean,
  flush: Flush = pageFlush,
): (confirmed: Promise<void>) => void {
  const { run } = view;
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

  const publish: Publish = () => {
    if (pending !== "" || ended) view.text = grow(pending, ended);
    pending = "";
    view.state = next;
    return tell() && run;
  };

  const prepare = (changes: Partial<ViewState>): void => {
    status = changes.status ?? status;
    next = Object.freeze({
      ...next,
      ...changes,
      status: run.state === "resuming" ? run.state : status,
      streamId: run.streamId,
      offset: run.offset,
      timings: { ...run.timings },
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

  const readAll = async (): Promise<void> => {
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
      // No event tells an end that was before our place in the stream, or that cannot be reached.
      prepare({ status: error === undefined ? run.state : "error", result: await run.result.catch(() => undefined) });
      whole = run.text;
    }
    if (whole.length > length) {
      // It was followed from the middle on.
      grow = textBlocks();
      pending = whole;
    }
    change({ cancelling: false, ...(status === "error" && { error: (error ?? run.error) as SluiceError }) }, END);
  };

  run.subscribe(() => {
    if ((next.status === "resuming") !== (run.state === "resuming")) change({});
  });
  void readAll();

  return (confirmed) => {
    change({ cancelling: true });
    const over = (): void => change({ cancelling: false });
    confirmed.then(over, over);
  };
}
