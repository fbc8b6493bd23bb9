import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cardsIn, systemPrompt } from "./prompt.ts";

test("a project without cards gets the task alone", () => {
  expect(systemPrompt([])).not.toContain("<card");
  expect(cardsIn(systemPrompt([]))).toEqual([]);
});

test("cards stand in the prompt, each under its name", () => {
  const prompt = systemPrompt([{ name: "Tone", text: "Playful" }]);
  expect(prompt).toContain(systemPrompt([]));
  expect(prompt).toContain('<card name="Tone">\nPlayful\n</card>');
});

test("no text of a card can end its block: the cards are read back as they were put", () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom("</card>", "&lt;/card>", '"><card name="x">', "a\n</card>\nb", "&amp;"),
  );
  fc.assert(
    fc.property(fc.array(fc.record({ name: text, text })), (cards) => {
      expect(cardsIn(systemPrompt(cards))).toEqual(cards);
    }),
  );
});
