import { DateTime } from "luxon";

/** A stretch of calendar days in one zone: from the first day up to, but without, the day `until`. */
export interface Span {
  readonly label: string;
  readonly from: DateTime;
  readonly until: DateTime;
}

export type SpanUnit = "day" | "week" | "month" | "quarter" | "year";

/** The whole day, week (from Monday), month, quarter or year in which this moment lies. */
export function spanOf(moment: DateTime, unit: SpanUnit, label: string, length = 1): Span {
  const first = moment.startOf(unit);
  return { label, from: firstMoment(first), until: firstMoment(first.plus({ [`${unit}s`]: length })) };
}

/** The first moment of that day: later than midnight where the clock skips it, the earlier one where midnight comes twice. */
function firstMoment(day: DateTime): DateTime {
  const { year, month, day: date, zone } = day;
  const start = DateTime.fromObject({ year, month, day: date }, { zone });
  return start.getPossibleOffsets().reduce((left, right) => (right < left ? right : left), start);
}
