import { textField } from "./protocol/codec.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { JsonObject } from "./protocol/json.ts";

/** What a viewer saw of one stream (PROTOCOL.md section 7.8). */
export interface DeliveryReport {
  /** From its request to the first event on its screen, milliseconds; absent where none came there. */
  readonly firstShownMs?: number;
  /** Offset of the last event that it has shown; absent where it has shown none. */
  readonly shown?: string;
  /** How often it resumed. */
  readonly resumes: number;
  /** How many events were missing, for each time that some were. */
  readonly gaps: readonly number[];
  /** Events that came again, and were dropped. */
  readonly duplicates: number;
}

const LONGEST_MS = 86_400_000;
const MOST_RESUMES = 100_000;
const MOST_GAPS = 1000;
const MOST_EVENTS = 1_000_000;

/** Reads a report; `bad_request` where a member is of the wrong type or out of its bounds. */
export function readReport(body: JsonObject): DeliveryReport {
  const firstShownMs = body["firstShownMs"] ?? undefined;
  const shown = textField(body, "shown") || undefined;
  const gaps = body["gaps"] ?? [];
  if (!Array.isArray(gaps) || gaps.length > MOST_GAPS) {
    throw new SluiceError("bad_request", `"gaps" must be a list of at most ${MOST_GAPS} numbers.`);
  }
  return {
    ...(firstShownMs !== undefined && { firstShownMs: within("firstShownMs", firstShownMs, LONGEST_MS) }),
    ...(shown !== undefined && { shown }),
    resumes: whole("resumes", body["resumes"] ?? 0, MOST_RESUMES),
    gaps: gaps.map((gap) => whole("gaps", gap, MOST_EVENTS)),
    duplicates: whole("duplicates", body["duplicates"] ?? 0, MOST_EVENTS),
  };
}

function whole(name: string, value: unknown, most: number): number {
  if (Number.isInteger(value)) return within(name, value, most);
  throw new SluiceError("bad_request", `"${name}" must be whole numbers.`);
}

function within(name: string, value: unknown, most: number): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw new SluiceError("bad_request", `"${name}" must be from 0 to ${most}.`);
}
