import { UsageError } from "./usage-error.ts";

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of a text like `90s`, `10m` or `2h`. */
export function readDuration(option: string, text: string): number {
  const [, amount, unit] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  if (amount === undefined || Number(amount) === 0) {
    throw new UsageError(`--${option} takes a duration like 30s, 10m or 2h, not "${text}".`);
  }
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}
