import fc from "fast-check";
import { expect, it } from "vitest";
import { Bytes } from "./bytes.ts";

it("bytes are the texts that were pushed, in UTF-8", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 200 }), { maxLength: 60 }), (texts) => {
      const bytes = new Bytes();
      for (const text of texts) bytes.push(text);
      expect(String(bytes)).toBe(texts.join(""));
      expect(Buffer.from(texts.join("")).equals(bytes.view())).toBe(true);
      expect(bytes.length).toBe(Buffer.byteLength(texts.join("")));
      bytes.clear();
      expect([String(bytes), bytes.length]).toEqual(["", 0]);
    }),
  );
});
