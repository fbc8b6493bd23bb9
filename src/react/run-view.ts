import { Listeners } from "../client/listeners.ts";
import type { Run } from "../client/run.ts";
import { systemTimers } from "../client/timers.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { Flush } from "./flush.ts";
import type * as reading from "./reading.ts";
import type { TextState, ViewState } from "./view-state.ts";

/** A run as it is shown: its state and its text, which change at most once a frame, and once more at the end. */
export interface RunView<Result = unknown> {
  readonly run: Run<Result>;
  /** The same object until something other than text changes. */
  readonly state: ViewState<Result>;
  /** The same object until the text changes. */
  readonly text: TextState;
  /** The text that is shown, joined at each call. */
  readonly wholeText: string;
  /** It was let go before its end, since nobody watched: it changes no more until somebody does. */
  readonly released: boolean;
  /**
   * Calls back after each change; gives the way to stop that. Once nobody has listened for 2 s, a run that a hook follows is
   * detached; the next who listens has it followed on from there, as another `run`.
   */
  subscribe(listener: () => void): () => void;
  /** Cancels the run; until that is confirmed, the state says that it was asked for. */
  cancel(): Promise<void>;
}

/** Follows a stream on from an offset. */
export type FollowOn = (streamId: string, offset: string | undefined) => Run;

/** The view as the one who reads the run sees it. */
export type OpenView = { -readonly [Key in keyof RunView]: RunView[Key] };

/** A view that nobody watches lets its run go after this time: React may be about to come back. */
const LINGER_MS = 2000;

/** Where there is no run, and on a server. */
export const IDLE_STATE: ViewState<never> = Object.freeze({
  status: "pending",
  cancelling: false,
  stages: [],
  tools: [],
  data: {},
  messages: [],
  reasoning: "",
  timings: { requestedAt: 0, chunks: 0, resumes: 0, gaps: [], duplicates: 0 },
});
export const IDLE_TEXT: TextState = Object.freeze({ blocks: [], tail: "", done: false });

const views = new WeakMap<Run, RunView>();

/** Loads what reads runs: a chunk of its own, so that a page's first bytes stay few. */
export function loadReading(): Promise<typeof reading> {
  return import("./reading.ts");
}

/**
 * The one view of a run. It reads the run's events from the first to the last, whoever watches. `flush`: not this page's;
 * `followOn`: without it, the run is never let go.
 */
export function viewOf<Result>(run: Run<Result>, flush?: Flush, followOn?: FollowOn): RunView<Result> {
  return (views.get(run) ?? newView(run, flush, followOn)) as RunView<Result>;
}

function newView(first: Run, flush: Flush | undefined, followOn: FollowOn | undefined): RunView {
  const listeners = new Listeners();
  let users = 0;
  let stopLinger: (() => void) | undefined;

  const view: OpenView = {
    run: first,
    state: Object.freeze({
      ...IDLE_STATE,
      streamId: first.streamId,
      requestId: first.requestId,
      timings: { ...first.timings },
    }),
    text: IDLE_TEXT,
    released: false,
    get wholeText() {
      return view.text.blocks.join("") + view.text.tail;
    },
    subscribe(listener) {
      const stop = listeners.add(listener);
      users += 1;
      stopLinger?.();
      if (view.released) {
        view.released = false;
        take(followOn!(view.run.streamId!, view.run.offset));
      }
      return () => {
        stop();
        users -= 1;
        if (users === 0) stopLinger = systemTimers.after(LINGER_MS, letGo);
      };
    },
    cancel() {
      const confirmed = view.run.cancel();
      void reading.then((reader) => reader?.cancelling(confirmed));
      return confirmed;
    },
  };

  const letGo = (): void => {
    const { run } = view;
    // What the server has not told of yet cannot be followed again.
    if (followOn === undefined || run.streamId === undefined || run.error !== undefined) return;
    run.detach();
    // A run that is complete cannot be detached.
    view.released = view.run.error !== undefined;
  };

  const tell = (): boolean => {
    listeners.tell();
    return users > 0;
  };

  const reading = loadReading().then(
    ({ read }) => read(view, tell, flush),
    (cause: unknown) => {
      view.run.detach();
      const error = new SluiceError("interrupted", "Not loaded whole.", { cause });
      view.state = Object.freeze({ ...view.state, status: "error", error });
      tell();
    },
  );

  const take = (run: Run): void => {
    view.run = run;
    views.set(run, view);
    // Begun at once: for an iterator that begins late, the stream is followed once more.
    const events = run[Symbol.asyncIterator]();
    void reading.then((reader) => reader?.take(run, events));
  };
  take(first);
  return view;
}
