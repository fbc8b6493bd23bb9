const BASE_MS = 250;
const CAP_MS = 20_000;
const RESTART_MS = 1000;

/** Pause before attempt `attempt + 1`, milliseconds: full jitter under a limit that doubles, 20 s at most. */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, attempt - 1));
}

/** Pause after a server said that it restarts: short, and spread so that not all its clients come at once. */
export function restartMs(random: () => number): number {
  return random() * RESTART_MS;
}
