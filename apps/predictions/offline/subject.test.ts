import { expect, test } from "vitest";
import { subjectOf } from "./subject.ts";

test.each([
  ["It will snow in Oslo before the end of the year", "Oslo"],
  ["There will be peace by 2030", "There will be peace by 2030"],
  ["The S&P 500 will reach 6000 points", "The S&P 500"],
  ["They will win the World Cup", "World Cup"],
])("%s is about %s", (statement, subject) => {
  expect(subjectOf(statement)).toBe(subject);
});
