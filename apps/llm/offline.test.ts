import { expect, test, vi } from "vitest";
import { calculation } from "./offline/calculation.ts";
import { recollection } from "./offline/recollection.ts";
import { sentencesIn, summary } from "./offline/summary.ts";
import { wordCount } from "./offline/word-count.ts";

test.each([
  ["What is 2 + 3 * 4?", "2 + 3 * 4 = 14."],
  ["(2 + 3) * 4", "(2 + 3) * 4 = 20."],
  ["-2^2 please", "-2^2 = -4."],
  ["2^3^2", "2^3^2 = 512."],
  ["10 / 4 - 1", "10 / 4 - 1 = 1.5."],
  ["0.1 + 0.2", "0.1 + 0.2 = 0.3."],
  ["7 ÷ 0", "7 / 0 has no value: it divides by zero or grows without end."],
])("calculates %s", (text, answer) => {
  expect(calculation(text)).toBe(answer);
});

test.each(["no sum here", "call 555 1234", "in 2026 (or later)", "version 1.2.3"])("sees no sum in %s", (text) => {
  expect(calculation(text)).toBeUndefined();
});

test("law 11: a sum is looked for in the last 4,000 characters, however many come before", () => {
  const exec = vi.spyOn(RegExp.prototype, Symbol.matchAll);
  expect(calculation(`${"(".repeat(40_000)} 2 + 2`)).toBe("2 + 2 = 4.");
  expect(calculation(`2 + 2 ${"(".repeat(40_000)}`)).toBeUndefined();
  expect(exec.mock.calls.map(([text]) => text.length)).toEqual([4000, 4000]);
  exec.mockRestore();
});

test("law 11: a question about what was said is looked for in the last 1,000 characters", () => {
  expect(recollection(["I like rain.", `${"remember ".repeat(5000)}Do you recall it?`], "")).toContain("I like rain.");
  expect(recollection(["I like rain.", `What did I say? ${"remember ".repeat(5000)}`], "")).toBeUndefined();
});

test("remembers what the user said", () => {
  expect(recollection(["My name is Ada.", "Nice day.", "What is my name?"], "")).toBe("Your name is Ada.");
  expect(recollection(["Who am I?"], "The user's name is Grace.")).toBe("Your name is Grace.");
  expect(recollection(["Who am I?"], "")).toBe("You have not told me your name.");
  expect(recollection(["I like rain.", "What did I say?"], "")).toBe('You said: "I like rain."');
  expect(recollection(["Hello"], "")).toBeUndefined();
});

test("counts words", () => {
  expect(wordCount(["How many words: it's a well-known fact"])).toBe("The text has 4 words.");
  expect(wordCount(["one two three", "How many words is that?"])).toBe("The text has 3 words.");
  expect(wordCount(["Hello"])).toBeUndefined();
});

test("summarises by the sentences that say most, in their order", () => {
  const text =
    "Kelp grows fast. The weather was fine. Kelp farms in Norway grow kelp beside salmon farms. A dog barked. " +
    "Salmon farms feed the kelp.";
  expect(summary([`Summarise this: ${text}`], 2)).toBe(
    "Kelp farms in Norway grow kelp beside salmon farms. Salmon farms feed the kelp.",
  );
  expect(summary([text, "Summary, please"], 1)).toBe("Kelp farms in Norway grow kelp beside salmon farms.");
  expect(summary(["Hello"], 1)).toBeUndefined();
});

test("knows sentences from abbreviated numbers", () => {
  expect(sentencesIn("It rose by 2.5 percent. Then it fell!")).toEqual(["It rose by 2.5 percent.", "Then it fell!"]);
});
