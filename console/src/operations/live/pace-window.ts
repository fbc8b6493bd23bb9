import { FIRST_TOKEN_MS, INTER_TOKEN_MS, type PaceSample } from "sluice/operations";
import { addCounts } from "./histogram.ts";

/** The last minutes of the whole server, oldest sample first. */
export interface PaceWindow {
  readonly samples: readonly PaceSample[];
  /** Sums over the samples: how many answers had their first token in each bucket of FIRST_TOKEN_MS. */
  readonly firstToken: readonly number[];
  /** As above, between two tokens, over INTER_TOKEN_MS. */
  readonly interToken: readonly number[];
}

export const WINDOW_MS = 5 * 60_000;

export const EMPTY_PACE: PaceWindow = Object.freeze({
  samples: [],
  firstToken: Array.from({ length: FIRST_TOKEN_MS.length + 1 }, () => 0),
  interToken: Array.from({ length: INTER_TOKEN_MS.length + 1 }, () => 0),
});

/** Takes the next sample, and leaves out what is older than the window. */
export function foldPace(window: PaceWindow, sample: PaceSample): PaceWindow {
  const from = sample.at - WINDOW_MS;
  const firstKept = window.samples.findIndex(({ at }) => at > from);
  const old = firstKept === -1 ? window.samples : window.samples.slice(0, firstKept);
  const kept = firstKept === -1 ? [] : window.samples.slice(firstKept);
  let { firstToken, interToken } = window;
  for (const left of old) {
    firstToken = addCounts(firstToken, left.firstToken, -1);
    interToken = addCounts(interToken, left.interToken, -1);
  }
  return {
    samples: [...kept, sample],
    firstToken: addCounts(firstToken, sample.firstToken),
    interToken: addCounts(interToken, sample.interToken),
  };
}
