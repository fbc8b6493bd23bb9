import { readFileSync, writeFileSync } from "node:fs";
import { type Clock, systemClock } from "sluice";

/** A time that stands in a file, so that a test and the threads of its functions share it. What waits, waits by the machine's clock. */
export function fileClock(path: string): Clock {
  return { ...systemClock, now: () => Number(readFileSync(path, "utf8")) };
}

/** Epoch milliseconds. */
export function setFileClock(path: string, now: number): void {
  writeFileSync(path, String(now));
}
