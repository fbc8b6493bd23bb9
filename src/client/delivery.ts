import type { Client } from "./client.ts";
import { type Lifecycle, pageLifecycle } from "./lifecycle.ts";
import type { Run } from "./run.ts";

/**
 * Reports to the server what the viewer of each run saw (PROTOCOL.md section 7.8): when it is over, and of what is under way
 * when the page goes. Gives the way to stop.
 */
export function reportDelivery(client: Client, lifecycle: Lifecycle = pageLifecycle): () => void {
  const open = new Set<Run>();
  const report = (run: Run): void => {
    if (run.streamId === undefined || !open.delete(run)) return;
    const { requestedAt, shownAt, resumes, gaps, duplicates } = run.timings;
    const body = JSON.stringify({
      // A clock that was set meanwhile tells nothing.
      ...(shownAt !== undefined && shownAt >= requestedAt && { firstShownMs: shownAt - requestedAt }),
      ...(run.seen !== undefined && { shown: run.seen }),
      resumes,
      gaps: gaps.slice(0, 1000),
      duplicates,
    });
    // `keepalive`: it arrives although the page is gone.
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true };
    client.fetch(`/streams/${run.streamId}/delivery`, init).catch(() => {});
  };
  const stopRuns = client.onRun((run) => {
    open.add(run);
    const over = (): void => {
      report(run);
      open.delete(run);
    };
    run.result.then(over, over);
  });
  const stopPage = lifecycle((event) => {
    if (event === "frozen") for (const run of open) report(run);
  });
  return () => {
    stopRuns();
    stopPage();
  };
}
