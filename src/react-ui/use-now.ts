"use client";
import { useEffect, useState } from "react";

/** The time, epoch milliseconds, renewed every `everyMs` while something depends on it. */
export function useNow(everyMs: number, active: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return undefined;
    const renew = (): void => setNow(Date.now());
    renew();
    const timer = setInterval(renew, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, active]);
  return now;
}
