import { DateTime } from "luxon";
import { MONTH, monthName, monthOf } from "./calendar-words.ts";
import { namesDay } from "./named-day.ts";
import { type Span, type SpanUnit, spanOf } from "./span.ts";

const YEAR = "((?:19|20|21)\\d{2})";
const ORDINALS = ["first", "second", "third", "fourth"];

type Reading = (found: RegExpExecArray, now: DateTime) => Span | undefined;

/** Read in this order; the first that fits counts. */
const FORMS: readonly (readonly [RegExp, Reading])[] = [
  [
    new RegExp(`\\bq([1-4])(?:\\s*(?:of\\s+)?${YEAR})?\\b`, "i"),
    ([, quarter, year], now) => part("quarter", Number(quarter), year, now),
  ],
  [
    new RegExp(`\\b(first|second|third|fourth)\\s+quarter(?:\\s+(?:of\\s+)?${YEAR})?`, "i"),
    ([, word, year], now) => part("quarter", ordinal(word!), year, now),
  ],
  [
    new RegExp(`\\bh([12])(?:\\s*(?:of\\s+)?${YEAR})?\\b`, "i"),
    ([, half, year], now) => part("half", Number(half), year, now),
  ],
  [
    new RegExp(`\\b(first|second)\\s+half(?:\\s+of)?(?:\\s+${YEAR})`, "i"),
    ([, word, year], now) => part("half", ordinal(word!), year, now),
  ],
  [
    new RegExp(`\\b${MONTH},?(?:\\s+of)?\\s+${YEAR}\\b`, "i"),
    ([, name, year], now) => month(monthOf(name!), Number(year), now),
  ],
  [/\b((?:19|20|21)\d)0s\b/i, ([, tens], now) => decade(Number(`${tens}0`), now)],
  [
    /\b(this|the|next|current)\s+decade\b/i,
    ([, which], now) => decade(Math.floor(now.year / 10) * 10 + (which!.toLowerCase() === "next" ? 10 : 0), now),
  ],
  [
    /\b(next|this|last|previous|coming|following)\s+(week|month|quarter|year)(?:end)?\b/i,
    ([, which, unit], now) => relative(which!, unit!, now),
  ],
  [/\b(this|next|the)\s+weekend\b/i, ([, which], now) => relative(which!, "week", now)],
  [
    /\b(?:end of|the|current)\s+(?:the\s+|this\s+)?(day|week|month|quarter|year)\b|\b(day|week|month|quarter|year)[-\s]end\b/i,
    ([, unit, other], now) => relative("this", (unit ?? other)!, now),
  ],
  [
    /\beo([dwmqy])\b/i,
    ([, letter], now) =>
      relative("this", { d: "day", w: "week", m: "month", q: "quarter", y: "year" }[letter!.toLowerCase()]!, now),
  ],
  [new RegExp(`\\b${MONTH}`, "i"), (found, now) => monthAlone(found, now)],
  [/\bthe\s+(\d{1,2})(?:st|nd|rd|th)\b/i, ([, day], now) => dayAlone(Number(day), now)],
  [
    new RegExp(`\\b${YEAR}\\b`),
    ([, year], now) => spanOf(DateTime.fromObject({ year: Number(year) }, { zone: now.zone }), "year", year!),
  ],
];

/** The week, month, quarter, half, year or decade that a phrase names; undefined where it names a day or nothing of the kind. */
export function periodIn(phrase: string, now: DateTime): Span | undefined {
  if (namesDay(phrase)) return undefined;
  for (const [form, read] of FORMS) {
    const found = form.exec(phrase);
    const span = found === null ? undefined : read(found, now);
    if (span !== undefined) return span;
  }
  return undefined;
}

/** Without a year, the next one that is not over. */
function part(kind: "quarter" | "half", number: number, year: string | undefined, now: DateTime): Span {
  const months = kind === "quarter" ? 3 : 6;
  const of = (inYear: number): Span =>
    spanOf(
      DateTime.fromObject({ year: inYear, month: (number - 1) * months + 1 }, { zone: now.zone }),
      "month",
      `${kind === "quarter" ? "Q" : "H"}${number} ${inYear}`,
      months,
    );
  if (year !== undefined) return of(Number(year));
  return of(now.year).until > now ? of(now.year) : of(now.year + 1);
}

function month(number: number, year: number, now: DateTime): Span {
  const first = DateTime.fromObject({ year, month: number }, { zone: now.zone });
  return spanOf(first, "month", `${monthName(number)} ${year}`);
}

/** "May" and "march" are other words too: alone they count after a word that a date follows, or with nothing around them. */
function monthAlone(found: RegExpExecArray, now: DateTime): Span | undefined {
  const name = found[1]!.toLowerCase();
  const before = found.input.slice(0, found.index).trim();
  const dated = before === "" || /\b(?:by|in|of|before|until|till|during|next|this|late|early|mid)$/i.test(before);
  if (["may", "march", "mar", "dec", "sep", "jan"].includes(name) && !dated) return undefined;
  const number = monthOf(name);
  return month(number, number < now.month ? now.year + 1 : now.year, now);
}

function dayAlone(day: number, now: DateTime): Span | undefined {
  for (let ahead = 0; ahead <= 12; ahead += 1) {
    const first = now.startOf("month").plus({ months: ahead });
    const date = DateTime.fromObject({ year: first.year, month: first.month, day }, { zone: now.zone });
    if (date.isValid && date.endOf("day") >= now) return spanOf(date, "day", date.toISODate());
  }
  return undefined;
}

function decade(year: number, now: DateTime): Span {
  return spanOf(DateTime.fromObject({ year }, { zone: now.zone }), "year", `the ${year}s`, 10);
}

function relative(which: string, unit: string, now: DateTime): Span {
  const kind = unit.toLowerCase() as SpanUnit;
  const steps = /next|following|coming/i.test(which) ? 1 : /last|previous/i.test(which) ? -1 : 0;
  const moment = now.startOf(kind).plus({ [`${kind}s`]: steps });
  const labels: Readonly<Record<SpanUnit, string>> = {
    day: moment.toFormat("yyyy-MM-dd"),
    week: `the week from ${moment.toFormat("yyyy-MM-dd")}`,
    month: `${monthName(moment.month)} ${moment.year}`,
    quarter: `Q${moment.quarter} ${moment.year}`,
    year: String(moment.year),
  };
  return spanOf(moment, kind, labels[kind]);
}

function ordinal(word: string): number {
  return ORDINALS.indexOf(word.toLowerCase()) + 1;
}
