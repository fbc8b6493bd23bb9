import { FollowedRun } from "../../client/followed-run.ts";
import { type Event, isTerminal } from "../../protocol/events.ts";
import { type RunView, viewOf } from "../../react/index.ts";

/** A view whose run is told its events by the test. */
export interface ToldView {
  readonly view: RunView;
  /** Resolves when the view shows them. */
  tell(...events: readonly Event[]): Promise<void>;
}

/** A run that waits for its first event. */
export function toldView(): ToldView {
  const run = new FollowedRun(
    { route: "stream", requestId: "asked", json: "{}" },
    {
      now: () => Date.now(),
      cancel: () => Promise.resolve(),
      detach: () => {},
      replay: () => {
        throw new Error("The view reads from the beginning.");
      },
    },
  );
  const view = viewOf(run);
  let seq = -1;
  return {
    view,
    tell(...events) {
      const last = events.at(-1)!;
      const place = { epoch: 1, seq: (seq += 1) };
      // Text may wait for the next frame: a change behind it tells that it is shown.
      const mark: Event = { type: "data", name: "told", value: seq };
      const isMarked = last.type !== "status" && !isTerminal(last);
      run.take({ first: place, last: place, events: isMarked ? [...events, mark] : events, emptied: false });
      return shown(view, ({ status, progress, data }) => {
        if (isMarked) return data["told"] === place.seq;
        return last.type === "status" ? progress?.text === last.text : status === last.type;
      });
    },
  };
}

function shown(view: RunView, isSo: (state: RunView["state"]) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = view.subscribe(() => {
      if (!isSo(view.state)) return;
      resolve();
      stop();
    });
  });
}
