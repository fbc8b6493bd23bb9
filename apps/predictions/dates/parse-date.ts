import type { ParsedComponents } from "chrono-node";
import { DateTime, FixedOffsetZone } from "luxon";
import { NUMBER, numberOf } from "./calendar-words.ts";
import { firstDate } from "./first-date.ts";
import { possible } from "./named-day.ts";
import { periodIn } from "./period.ts";
import { refusedDate } from "./refusal.ts";
import { type Span, spanOf } from "./span.ts";
import { isZone } from "./zone.ts";

export interface ParsedDate {
  /** ISO 8601 in UTC, to the second: `2025-03-31T23:59:59Z`. */
  readonly utc: string;
  /** The same moment as the zone's clocks show it, with their offset. */
  readonly local: string;
  /** How the phrase was read. */
  readonly meaning: string;
  /** What a change of the clocks did to it. */
  readonly note?: string;
}

interface Reading {
  readonly moment: DateTime;
  readonly meaning: string;
  readonly note?: string;
}

const END_OF = /\b(?:the\s+)?(?:very\s+)?(?:end|close|last (?:day|second|minute))\s+of\b/i;
const BEFORE = /\bbefore\b/i;
const DEADLINE = /\b(?:by|before|until|till|no later than)\b/i;
const UNIT = "(seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|decades?)";
const DURATION = new RegExp(
  `\\b(?:(?:in|within|after|over)\\s+(?:the\\s+)?(?:next\\s+)?|the next\\s+)${NUMBER}\\s+${UNIT}\\b`,
  "i",
);
const FROM_NOW = new RegExp(`\\b${NUMBER}\\s+${UNIT}\\s+from\\s+(?:now|today)\\b`, "i");
const CLOCK = /\d:\d{2}|\d\s*[ap]\.?m\b|o['’]clock|\b(?:noon|midnight)\b/i;
/** Beyond it a date has more digits than ISO 8601 gives it. */
const LAST_YEAR = 9999;

/**
 * Reads an English phrase as one moment: a time as it stands; a day, week, month, quarter, year or decade as its last second in
 * the zone, or as the second before its first one after "before". Throws `bad_request` with the reason where the phrase names no
 * date, an impossible one, or the zone is unknown.
 */
export function parseDate(phrase: string, options: { readonly zone: string; readonly now: number }): ParsedDate {
  if (!isZone(options.zone)) throw refusedDate(`"${options.zone}" is no IANA time zone.`);
  const now = DateTime.fromMillis(options.now, { zone: options.zone });
  const text = possible(phrase.trim(), now);
  const { moment, meaning, note } = durationIn(text, now) ?? clockIn(text, now) ?? dayOrPeriodIn(text, now);
  if (!moment.isValid || moment.toUTC().year > LAST_YEAR) throw refusedDate(`"${phrase}" lies outside the calendar.`);
  return {
    utc: formatted(moment.toUTC()),
    local: formatted(moment.setZone(options.zone)),
    meaning,
    ...(note !== undefined && { note }),
  };
}

/** A moment in ISO 8601 to the second. */
export function formatted(moment: DateTime): string {
  return moment.startOf("second").toISO({ suppressMilliseconds: true }) ?? "";
}

/** "In 3 hours" is a moment; "in 3 days" is the end of that day. */
function durationIn(text: string, now: DateTime): Reading | undefined {
  const found = DURATION.exec(text) ?? FROM_NOW.exec(text);
  if (found === null) return undefined;
  const unit = found[2]!.toLowerCase().replace(/s$/, "");
  const amount = numberOf(found[1]!) * (unit === "decade" ? 10 : 1);
  const moment = now.plus({ [unit === "decade" ? "years" : `${unit}s`]: amount });
  if (!moment.isValid || moment.year > LAST_YEAR) throw refusedDate(`"${text}" lies outside the calendar.`);
  const label = `${found[0].toLowerCase()}, counted from ${formatted(now)}`;
  if (["second", "minute", "hour"].includes(unit)) return { moment, meaning: label };
  const day = spanOf(moment, "day", moment.toFormat("yyyy-MM-dd"));
  return { moment: day.until.minus(1000), meaning: `${label}: the last second of ${day.label}` };
}

function clockIn(text: string, now: DateTime): Reading | undefined {
  if (!CLOCK.test(text)) return undefined;
  const components = chronoIn(text, now);
  if (!components?.isCertain("hour")) return undefined;
  const [year, month, day] = (["year", "month", "day"] as const).map((part) => components.get(part)!);
  const [hour, minute, second] = (["hour", "minute", "second"] as const).map((part) => components.get(part) ?? 0);
  const offset = components.isCertain("timezoneOffset") ? components.get("timezoneOffset") : null;
  const zone = offset === null ? now.zone : FixedOffsetZone.instance(offset);
  const moment = DateTime.fromObject({ year, month, day, hour, minute, second } as Parts, { zone });
  const asked = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  const meaning = `the time ${asked} on ${moment.toFormat("yyyy-MM-dd")}`;
  if (moment.toFormat("HH:mm") !== asked) {
    const note = `${asked} does not exist on that day in ${zone.name}: the clocks go forward, and ${moment.toFormat("HH:mm")} was taken.`;
    return { moment, meaning, note };
  }
  const both = moment.getPossibleOffsets().toSorted((left, right) => left.toMillis() - right.toMillis());
  if (both.length < 2) return { moment, meaning };
  const last = DEADLINE.test(text);
  const note = `${asked} comes twice on that day in ${zone.name}: the clocks go back, and the ${last ? "second" : "first"} was taken.`;
  return { moment: both.at(last ? -1 : 0)!, meaning, note };
}

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

function dayOrPeriodIn(text: string, now: DateTime): Reading {
  const span = periodIn(text, now) ?? dayIn(text, now);
  if (span === undefined) throw refusedDate(`"${text}" names no date that can be read.`);
  const before = BEFORE.test(text) && !END_OF.test(text);
  return before
    ? { moment: span.from.minus(1000), meaning: `the last second before ${span.label}` }
    : { moment: span.until.minus(1000), meaning: `the last second of ${span.label}` };
}

function dayIn(text: string, now: DateTime): Span | undefined {
  const components = chronoIn(text, now);
  if (components === undefined) return undefined;
  const [year, month, day] = (["year", "month", "day"] as const).map((part) => components.get(part)!);
  const date = DateTime.fromObject({ year, month, day } as Parts, { zone: now.zone });
  return date.isValid ? spanOf(date, "day", date.toFormat("yyyy-MM-dd")) : undefined;
}

/** The end of what chrono finds first. */
function chronoIn(text: string, now: DateTime): ParsedComponents | undefined {
  const found = firstDate(text, { instant: now.toJSDate(), timezone: now.offset });
  return found?.end ?? found?.start;
}
