import fc from "fast-check";
import { expect, it } from "vitest";
import { Pile } from "./pile.ts";

it("a pile is its pieces, joined", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 5 }), { maxLength: 70 }), (pieces) => {
      const pile = new Pile();
      for (const piece of pieces) pile.push(piece);
      expect([String(pile), pile.length]).toEqual([pieces.join(""), pieces.join("").length]);
    }),
  );
});
