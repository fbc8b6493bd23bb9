import { MONTH, NUMBER } from "./calendar-words.ts";
import { firstDate } from "./first-date.ts";

const LEAD = "(?:\\b(?:by|before|until|till|within|during|in|on|at|no later than)\\s+)";
const END = "(?:(?:the\\s+)?(?:very\\s+)?(?:end|close)\\s+of\\s+)";
const YEAR = "(?:19|20|21)\\d{2}";
const DAY = "\\d{1,2}(?:st|nd|rd|th)?";
const TIME = "(?:,?\\s+(?:at\\s+)?\\d{1,2}(?::\\d{2})?\\s*(?:[ap]m\\b)?)";
const UNIT = "(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|decades?)";
const DATES = [
  `\\d{4}-\\d{1,2}-\\d{1,2}(?:[T ]\\d{1,2}:\\d{2})?`,
  `\\d{1,2}/\\d{1,2}/\\d{4}`,
  `${MONTH}\\s+(?:the\\s+)?${DAY}\\b(?!\\d)(?:,?\\s+${YEAR})?${TIME}?`,
  `${DAY}\\s+(?:of\\s+)?${MONTH}(?:,?\\s+${YEAR})?${TIME}?`,
  `${MONTH}(?:\\s+of)?\\s+${YEAR}\\b`,
  `q[1-4]\\b(?:\\s*(?:of\\s+)?${YEAR})?`,
  `(?:the\\s+)?(?:first|second|third|fourth)\\s+(?:quarter|half)(?:\\s+of)?\\s+${YEAR}`,
  `(?:this|next|the|the next|the current)\\s+(?:week|weekend|month|quarter|year|decade)\\b`,
  `(?:the\\s+)?(?:next\\s+)?${NUMBER}\\s+${UNIT}(?:\\s+from\\s+now)?\\b`,
  `the\\s+\\d{3}0s\\b`,
  `${YEAR}\\b`,
  MONTH,
].join("|");
const DEADLINE = new RegExp(`\\b${LEAD}${END}?(?:${DATES})`, "i");
const END_OF_PERIOD = new RegExp(`\\b${END}(?:${DATES})`, "i");
const LEAD_BEFORE = new RegExp(`${LEAD}${END}?$`, "i");

/** The words of a sentence that say when, with "by" or "before the end of" in front where it has them. */
export function findPhrase(sentence: string, now: number): string | undefined {
  const found = DEADLINE.exec(sentence) ?? END_OF_PERIOD.exec(sentence);
  if (found !== null) return found[0].trim();
  const result = firstDate(sentence, { instant: new Date(now), timezone: 0 });
  if (result === undefined) return undefined;
  const lead = LEAD_BEFORE.exec(sentence.slice(0, result.index))?.[0] ?? "";
  return `${lead}${result.text}`.trim();
}
