/** English names of months and numbers, as they stand in a date. */
export const MONTHS: readonly string[] = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

/** Full names and their usual short forms; a full stop may follow. */
export const MONTH =
  "(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\\b\\.?";

/** 1 to 12, for what `MONTH` has found. */
export function monthOf(name: string): number {
  return MONTHS.findIndex((month) => month.startsWith(name.toLowerCase().slice(0, 3))) + 1;
}

export function monthName(month: number): string {
  const name = MONTHS[month - 1]!;
  return name[0]!.toUpperCase() + name.slice(1);
}

const NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/** Digits, an article, or a number in words up to twelve. */
export const NUMBER: string = `(\\d{1,4}|an?|${NUMBERS.join("|")})`;

export function numberOf(word: string): number {
  if (/^\d/.test(word)) return Number(word);
  return word.startsWith("a") ? 1 : NUMBERS.indexOf(word.toLowerCase()) + 1;
}
