import type { Allowances } from "sluice";
import { z } from "zod";
import { SettingError } from "./setting.ts";

const count = z.int().positive();

const allowance = z.strictObject({
  concurrentRuns: count.exactOptional(),
  connections: count.exactOptional(),
  messagesPerSecond: count.exactOptional(),
  tokensPerMinute: count.exactOptional(),
  costPerDay: z.number().positive().exactOptional(),
});

const price = z.strictObject({ input: z.number().nonnegative(), output: z.number().nonnegative() });

const allowances: z.ZodType<Allowances> = z.strictObject({
  principal: allowance.exactOptional(),
  tenant: allowance.exactOptional(),
  attemptsPerMinute: count.exactOptional(),
  queue: z.strictObject({ most: count.exactOptional(), waitMs: count.exactOptional() }).exactOptional(),
  prices: z.record(z.string(), price).exactOptional(),
});

/** What SLUICE_ALLOWANCES says, as JSON; undefined where it is not set. */
export function allowancesOf(text: string | undefined): Allowances | undefined {
  if (text === undefined) return undefined;
  const checked = allowances.safeParse(parsed(text));
  if (checked.success) return checked.data;
  const [{ path, message }] = checked.error.issues as [z.core.$ZodIssue];
  throw new SettingError(`SLUICE_ALLOWANCES does not fit: ${[...path, message].join(": ")}.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingError("SLUICE_ALLOWANCES must be a JSON object.");
  }
}
