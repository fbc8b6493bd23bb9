import * as chrono from "chrono-node";

/**
 * chrono takes "The S" for a second and every "march" for a month: what it finds counts with a digit or one of these words in it.
 * Months are left out, since other rules read them.
 */
const DATED =
  /\d|\b(?:today|tomorrow|tonight|yesterday|noon|midnight|morning|afternoon|evening|now|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:hour|day|week|weekend|month|quarter|year)s?)\b/i;

/** The first date of a text that chrono finds, from the reference on. */
export function firstDate(text: string, reference: chrono.ParsingReference): chrono.ParsedResult | undefined {
  return chrono.parse(text, reference, { forwardDate: true }).find((result) => DATED.test(result.text));
}
