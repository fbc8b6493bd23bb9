/** What a page's instruments read of one answer. */
export interface Reading {
  readonly totalMs: number;
  readonly commits: number;
  /** The most commits in any one second. */
  readonly commitsInASecond: number;
  /** Durations of the tasks above 50 ms. */
  readonly longTasksMs: readonly number[];
}

export interface Instruments {
  /** Set by the page when it stands ready: asks for the answer. */
  ask?: () => void;
  /** Set by the page: the answer as it is shown now. */
  shownText?: () => string;
  /** Called by the page when the answer is there to its end. */
  finished(): void;
  /** Has the page ask, and reads until the end is on the screen. */
  read(): Promise<Reading>;
}

declare global {
  interface Window {
    bench: Instruments;
  }
}

/** Runs in the page before its scripts; must stand alone. React tells its commits to a hook for developer tools, in production too. */
export function installInstruments(): void {
  const times = new Float64Array(50_000);
  let commits = 0;
  const longTasksMs: number[] = [];
  let finished: () => void = () => {};
  const hook = {
    supportsFiber: true,
    renderers: new Map(),
    checkDCE() {},
    inject: () => 1,
    onCommitFiberRoot() {
      times[commits] = performance.now();
      commits += 1;
    },
    onPostCommitFiberRoot() {},
    onCommitFiberUnmount() {},
  };
  Object.assign(window, { __REACT_DEVTOOLS_GLOBAL_HOOK__: hook });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasksMs.push(entry.duration);
  });
  const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  const mostInASecond = (): number => {
    let most = 0;
    for (let first = 0, last = 0; last < commits; last += 1) {
      while (times[last]! - times[first]! >= 1000) first += 1;
      most = Math.max(most, last - first + 1);
    }
    return most;
  };
  window.bench = {
    finished: () => finished(),
    async read() {
      commits = 0;
      observer.observe({ type: "longtask" });
      const end = new Promise<void>((resolve) => (finished = resolve));
      const begun = performance.now();
      window.bench.ask!();
      await end;
      const totalMs = performance.now() - begun;
      await frame();
      await frame();
      return { totalMs, commits, commitsInASecond: mostInASecond(), longTasksMs };
    },
  };
}
