import { assert, constantFrom, oneof, property, string } from "fast-check";
import { expect, test } from "vitest";
import { fragmentsOf, head, tokensOf } from "./tokens.ts";

test("the fragments are exactly the text, whatever it holds", () => {
  assert(
    property(
      oneof(string({ unit: "binary" }), string({ unit: constantFrom(" ", "\n", "a", "👍", "\ud800") })),
      (text) => {
        const fragments = fragmentsOf(text);
        expect(fragments.join("")).toBe(text);
        expect(fragments.every((fragment) => fragment.length > 0 && fragment.length <= 32)).toBe(true);
      },
    ),
  );
});

test("words keep their leading space, and long ones are cut", () => {
  expect(fragmentsOf("A plain sentence, internationalised ")).toEqual([
    "A",
    " plain",
    " sentence",
    ",",
    " internat",
    "ionalise",
    "d",
    " ",
  ]);
});

test("a cut never splits a surrogate pair", () => {
  expect(head("ab👍", 3)).toBe("ab");
  expect(head("ab👍", 4)).toBe("ab👍");
});

test("a token is four characters, rounded up", () => {
  expect([0, 1, 4, 5].map(tokensOf)).toEqual([0, 1, 1, 2]);
});
