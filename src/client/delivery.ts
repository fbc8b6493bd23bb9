import type { Client } from "./client.ts";
import { type Lifecycle, pageLifecycle } from "./lifecycle.ts";
import type { Run } from "./run.ts";
import { type Timers, systemTimers } from "./timers.ts";

/** What the server was told of a run already. */
interface Told {
  readonly first: boolean;
  readonly resumes: number;
  readonly gaps: number;
  readonly duplicates: number;
}

export interface DeliveryOptions {
  readonly lifecycle?: Lifecycle;
  readonly clock?: Timers;
}

/** After its end a run is on the screen within this time, milliseconds. */
const PAINT_MS = 1000;
const NOTHING: Told = { first: false, resumes: 0, gaps: 0, duplicates: 0 };

/**
 * Reports to the server what the viewer of each run saw (PROTOCOL.md section 7.8): a second after it is over, and of what is
 * under way when the page goes. A page that comes back reports what came since. Gives the way to stop.
 */
export function reportDelivery(client: Client, options: DeliveryOptions = {}): () => void {
  const { lifecycle = pageLifecycle, clock = systemTimers } = options;
  const open = new Map<Run, Told>();
  const report = (run: Run): void => {
    const told = open.get(run);
    if (run.streamId === undefined || told === undefined) return;
    const { requestedAt, shownAt, resumes, gaps, duplicates } = run.timings;
    // A clock that was set meanwhile tells nothing.
    const first = shownAt !== undefined && shownAt >= requestedAt;
    open.set(run, { first, resumes, gaps: gaps.length, duplicates });
    const body = JSON.stringify({
      ...(first && !told.first && { firstShownMs: shownAt - requestedAt }),
      ...(run.seen !== undefined && { shown: run.seen }),
      resumes: resumes - told.resumes,
      gaps: gaps.slice(told.gaps, told.gaps + 1000),
      duplicates: duplicates - told.duplicates,
    });
    // `keepalive`: it arrives although the page is gone.
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true };
    client.fetch(`/streams/${run.streamId}/delivery`, init).catch(() => {});
  };
  const stopRuns = client.onRun((run) => {
    open.set(run, NOTHING);
    const over = (): void =>
      void clock.after(PAINT_MS, () => {
        report(run);
        open.delete(run);
      });
    run.result.then(over, over);
  });
  const stopPage = lifecycle((event) => {
    if (event === "frozen") for (const run of open.keys()) report(run);
  });
  return () => {
    stopRuns();
    stopPage();
    open.clear();
  };
}
