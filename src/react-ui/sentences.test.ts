import fc from "fast-check";
import { expect, it } from "vitest";
import { Sentences } from "./sentences.ts";

const words = fc.constantFrom("One ", "word", "s. ", "Really?", "\n", "\n\n", "“Yes!” ", "```\n", "1.5 ");

it("reads a text out once and whole, however it came and was cut into blocks (client.md 4, row 24)", () => {
  const pieces = fc.array(fc.record({ text: words, closes: fc.boolean(), isRead: fc.boolean() }));
  fc.assert(
    fc.property(pieces, (pieces) => {
      const sentences = new Sentences();
      const said: string[] = [];
      const blocks: string[] = [];
      let tail = "";
      for (const { text, closes, isRead } of pieces) {
        tail += text;
        if (closes) blocks.push(tail);
        if (closes) tail = "";
        if (isRead) said.push(sentences.next({ blocks, tail, done: false }));
      }
      said.push(sentences.next({ blocks, tail, done: true }));
      const whole = pieces.map(({ text }) => text).join("");
      expect(said.join(" ").trim().split(/\s+/)).toEqual(whole.trim().split(/\s+/));
    }),
  );
});

it("holds an unfinished sentence back", () => {
  const sentences = new Sentences();
  const next = (tail: string): string => sentences.next({ blocks: [], tail, done: false });
  expect([next("One. Tw"), next("One. Two"), next("One. Two! Th")]).toEqual(["One.", "", "Two!"]);
});
