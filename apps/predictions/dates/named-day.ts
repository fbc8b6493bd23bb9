import { DateTime } from "luxon";
import { MONTH, monthName, monthOf } from "./calendar-words.ts";
import { refusedDate } from "./refusal.ts";

const DAY = "(\\d{1,2})(?:st|nd|rd|th)?";
const YEAR = "(?:,?\\s+(?:of\\s+)?(\\d{4}))?";
const MONTH_FIRST = new RegExp(`\\b${MONTH}\\s+(?:the\\s+)?${DAY}\\b(?![:\\d])${YEAR}`, "i");
const DAY_FIRST = new RegExp(`\\b${DAY}\\s+(?:of\\s+)?${MONTH}${YEAR}`, "i");
const ISO = /\b(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/;
/** Month first, as in the United States; day first where only that is a date. */
const SLASHES = /\b(\d{1,2})\/(\d{1,2})\/(\d{4})\b/;
/** Not the offset of an ISO date. */
const CLOCK = /(?<![\d:+-])(\d{1,2}):(\d{2})(?::(\d{2}))?/;
const TWELVE_HOURS = /\b(\d{1,2})(?::\d{2})?\s*([ap])\.?m\b/i;

/** Whether the phrase names one day of one month. */
export function namesDay(phrase: string): boolean {
  return [MONTH_FIRST, DAY_FIRST, ISO, SLASHES].some((form) => form.test(phrase));
}

/** Refuses days and times that there are none of. February 29 without a year gets the next year that has it. */
export function possible(phrase: string, now: DateTime): string {
  refuseTimes(phrase);
  const iso = ISO.exec(phrase);
  if (iso !== null) refuseDay(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const slashes = SLASHES.exec(phrase);
  if (slashes !== null) {
    const [first, second, year] = slashes.slice(1).map(Number) as [number, number, number];
    if (!exists(year, second, first)) refuseDay(year, first, second);
  }
  const named = MONTH_FIRST.exec(phrase);
  const dayFirst = named === null ? DAY_FIRST.exec(phrase) : null;
  const found = named ?? dayFirst;
  if (found === null) return phrase;
  const [whole, one, two, year] = found;
  const [month, day] = named === null ? [monthOf(two!), Number(one)] : [monthOf(one!), Number(two)];
  if (year !== undefined) refuseDay(Number(year), month, day);
  else if (month === 2 && day === 29) return phrase.replace(whole, `${whole} ${nextLeapDay(now)}`);
  else refuseDay(2024, month, day);
  return phrase;
}

function refuseTimes(phrase: string): void {
  const clock = CLOCK.exec(phrase);
  const [hour, minute, second] = (clock ?? []).slice(1).map((part) => Number(part ?? 0));
  if (clock !== null && (hour! > 23 || minute! > 59 || second! > 59)) {
    throw refusedDate(`There is no time ${clock[0]}: a day has the hours 0 to 23 and an hour the minutes 0 to 59.`);
  }
  const twelve = TWELVE_HOURS.exec(phrase);
  if (twelve !== null && (Number(twelve[1]) < 1 || Number(twelve[1]) > 12)) {
    throw refusedDate(`There is no time ${twelve[0]}: before am and pm stand the hours 1 to 12.`);
  }
}

function refuseDay(year: number, month: number, day: number): void {
  if (month < 1 || month > 12) throw refusedDate(`There is no month ${month}: a year has twelve.`);
  if (exists(year, month, day)) return;
  const days = DateTime.utc(year, month).daysInMonth ?? 31;
  const name = monthName(month);
  throw refusedDate(`There is no ${name} ${day}: ${name}${month === 2 ? ` ${year}` : ""} has ${days} days.`);
}

function exists(year: number, month: number, day: number): boolean {
  return DateTime.utc(year, month, day).isValid;
}

function nextLeapDay(now: DateTime): number {
  let { year } = now;
  while (
    !exists(year, 2, 29) ||
    DateTime.fromObject({ year, month: 2, day: 29 }, { zone: now.zone }).endOf("day") < now
  ) {
    year += 1;
  }
  return year;
}
