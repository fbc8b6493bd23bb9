import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTitles } from "./parse-titles.ts";

describe("parseTitles", () => {
  test("takes the numbered lines and leaves the introduction and the farewell out", () => {
    const text = "This text is about salt.\nSix titles:\n\n1. Salt\n2. More Salt\n\nTell me if you want others.";
    expect(parseTitles(text)).toEqual(["Salt", "More Salt"]);
  });

  test.each([
    ["1) Salt", "Salt"],
    ["(1) Salt", "Salt"],
    ["12: Salt", "Salt"],
    ["  3. Salt  ", "Salt"],
    ["1. **Salt**", "Salt"],
    ["**1. Salt**", "Salt"],
    ["**1.** Salt", "Salt"],
    ["### 1. Salt", "Salt"],
    ["> 1. Salt", "Salt"],
    ['1. "Salt"', "Salt"],
    ["1. **“Salt”**", "Salt"],
    ['1. "**Salt**"', "Salt"],
    ["1. **Salt** – because it is short", "Salt"],
    ["1. **Salt: The Story** (a classic)", "Salt: The Story"],
    ["1. *Salt* and `Sea`", "Salt and Sea"],
    ["1. [Salt](https://example.com)", "Salt"],
    ["1. Salt \\*and\\* Sea", "Salt *and* Sea"],
    ["1. 10 Ways to Use Salt", "10 Ways to Use Salt"],
    ["1. 1.5 Million Grains", "1.5 Million Grains"],
    ["1. Don't Panic", "Don't Panic"],
    ["1. snake_case_names and 5*3*2", "snake_case_names and 5*3*2"],
    ['1. "Salt" and "Sea"', '"Salt" and "Sea"'],
    ["1. “We Stopped”: Inside Salt", "“We Stopped”: Inside Salt"],
    ["1.소금 이야기", "소금 이야기"],
    ["1．「塩の話」", "塩の話"],
    ["1、盐的故事", "盐的故事"],
    ["1. «Sel»", "Sel"],
    ["1. 🎉🚀", "🎉🚀"],
  ])("%s is the title %s", (line, title) => {
    expect(parseTitles(`Here they are:\n${line}`)).toEqual([title]);
  });

  test("takes bulleted lines where none is numbered", () => {
    expect(parseTitles("Titles:\n- Salt\n* **Sea**\n• “Sand”")).toEqual(["Salt", "Sea", "Sand"]);
  });

  test("leaves the bullets below numbered titles out", () => {
    expect(parseTitles("1. Salt\n   - it is short\n2. Sea\n   - it is blue")).toEqual(["Salt", "Sea"]);
  });

  test("takes lines that are bold or quoted as a whole where there is no list", () => {
    expect(parseTitles('Here:\n**Salt**\n**Sea** is blue\n"Sand"')).toEqual(["Salt", "Sand"]);
  });

  test.each(["", "I cannot help with that.", "1.", "1. ---", "In 2024. A year\n1.5 million people", "10:30 is late"])(
    "finds no title in %j",
    (text) => expect(parseTitles(text)).toEqual([]),
  );

  test("a title that comes twice counts once, and no answer gives more than fifty", () => {
    expect(parseTitles("1. Salt\n2. **Salt**")).toEqual(["Salt"]);
    expect(
      parseTitles(Array.from({ length: 200 }, (_, index) => `${index + 1}. Title ${index}`).join("\n")),
    ).toHaveLength(50);
  });

  test("finds what was listed, however it was numbered and decorated", () => {
    const word = fc.string({ unit: fc.constantFrom(..."abcXYZ0189éßñ塩題제목"), minLength: 1, maxLength: 8 });
    const title = fc.array(word, { minLength: 1, maxLength: 7 }).map((words) => words.join(" "));
    const marker = fc.constantFrom(
      (index: number) => `${index}. `,
      (index: number) => `${index}) `,
      (index: number) => `  ${index}.  `,
      () => "- ",
      () => "* ",
      () => "• ",
    );
    const dress = fc.constantFrom(
      (text: string) => text,
      (text: string) => `**${text}**`,
      (text: string) => `"${text}"`,
      (text: string) => `*“${text}”*`,
      (text: string) => `「${text}」`,
    );
    const list = fc.uniqueArray(title, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(list, marker, dress, fc.constantFrom("\n", "\r\n", "\n\n"), (titles, mark, dressed, end) => {
        const lines = titles.map((text, index) => mark(index + 1) + dressed(text));
        expect(parseTitles(["Some titles", ...lines, "Goodbye"].join(end))).toEqual(titles);
      }),
    );
  });

  test("whatever the answer, every title is one trimmed line of text", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("1. ", "- ", "**", '"', "“", "”", "\n", "\\", "_", "`", "[a](b)"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        for (const title of parseTitles(pieces.join(""))) {
          expect(title).toBe(title.trim());
          expect(title).toMatch(/^[^\n\r\u2028\u2029]+$/);
        }
      }),
    );
  });

  test("a line that goes on and on is no title", () => {
    expect(parseTitles(`1. ${"Salt ".repeat(101)}\n2. Sea`)).toEqual(["Sea"]);
  });
});
