import { describe, expect, test } from "vitest";
import { findPhrase } from "./find-phrase.ts";

const NOW = Date.parse("2025-01-15T12:00:00Z");

describe("the words of a prediction that say when", () => {
  test.each([
    ["The S&P 500 will reach 6000 points by March 2025", "by March 2025"],
    ["Before the end of next month it will rain", "Before the end of next month"],
    ["The S&P 500 passes 7000 before the end of 2026", "before the end of 2026"],
    ["It will be done by the end of Q2 2026, I am sure", "by the end of Q2 2026"],
    ["By 2030 half of all cars are electric", "By 2030"],
    ["She finishes within 6 months", "within 6 months"],
    ["The bridge opens on 5 July 2025 at 3pm", "on 5 July 2025 at 3pm"],
    ["The bridge opens on July 5, 2025", "on July 5, 2025"],
    ["Snow falls by February 30", "by February 30"],
    ["It will rain tomorrow", "tomorrow"],
    ["He will be here by Friday", "by Friday"],
    ["It ships by 2025-12-31", "by 2025-12-31"],
  ])("%s: %s", (sentence, phrase) => expect(findPhrase(sentence, NOW)).toBe(phrase));

  test.each(["Pigs may fly", "The S&P 500 will reach 6000 points", "They will march on"])("%s: none", (sentence) => {
    expect(findPhrase(sentence, NOW)).toBeUndefined();
  });
});
