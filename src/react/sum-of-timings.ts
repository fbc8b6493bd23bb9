import type { RunTimings } from "../client/run.ts";

/** What was measured on a stream that was followed by one run, and on from there by another. */
export function sumOf(before: RunTimings | undefined, now: RunTimings): RunTimings {
  if (before === undefined) return { ...now };
  return {
    ...now,
    ...before,
    ...(now.lastAt !== undefined && { lastAt: now.lastAt }),
    chunks: before.chunks + now.chunks,
    resumes: before.resumes + now.resumes,
    gaps: [...before.gaps, ...now.gaps],
    duplicates: before.duplicates + now.duplicates,
  };
}
