import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textBlocks } from "./text-blocks.ts";
import type { TextState } from "./view-state.ts";

function whole({ blocks, tail }: TextState): string {
  return blocks.join("") + tail;
}

function blocksOf(text: string): TextState {
  return textBlocks()(text, true);
}

const piece = fc.oneof(
  fc.constantFrom(
    "\n",
    "\n\n",
    "\r\n",
    "\r\n\r\n",
    "```",
    "```ts\n",
    "\n```\n",
    "````",
    "  ```",
    "👩‍🚀",
    "é",
    " ",
    "\t\n",
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.integer({ min: 1, max: 3000 }).map((length) => "words ".repeat(length)),
);

describe("a text in blocks (client.md 5.3)", () => {
  it("is the same text, whatever the pieces that it came in, and no block that was closed changes", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 60 }), (pieces, cuts) => {
        const text = pieces.join("");
        const places = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted((a, b) => a - b);
        const grow = textBlocks();
        let before = grow("", false);
        for (const [index, place] of places.entries()) {
          const from = places[index - 1] ?? 0;
          const now = grow(text.slice(from, place), false);
          expect(whole(now)).toBe(text.slice(0, place));
          expect(now.blocks.slice(0, before.blocks.length)).toEqual(before.blocks);
          if (now.blocks.length === before.blocks.length) expect(now.blocks).toBe(before.blocks);
          expect(now.tail.length).toBeLessThanOrEqual(4 * 4096 + 1);
          before = now;
        }
        expect(grow("", true)).toEqual({ ...before, done: true });
      }),
    );
  });

  it("is cut in the same places, whatever the pieces", () => {
    const text = Array.from({ length: 400 }, (_, line) => (line % 7 === 0 ? "" : `Line ${line} of it 👩‍🚀.`)).join(
      "\r\n",
    );
    const grow = textBlocks();
    let last = grow("", false);
    for (const unit of text.split("")) last = grow(unit, false);
    expect(grow("", true)).toEqual(blocksOf(text));
    expect(last.blocks.length).toBeGreaterThan(50);
  });

  it("closes a block at a blank line, LF or CRLF", () => {
    expect(blocksOf("One\n\nTwo\r\n\r\nThree\n").blocks).toEqual(["One\n\n", "Two\r\n\r\n"]);
  });

  it("closes none inside a fence, and goes on after it; code between backticks in a line is no fence", () => {
    const fence = "```ts\nlet a;\n\nlet b;\n```\n\n";
    expect(blocksOf(`${fence}After\n\n`).blocks).toEqual([fence, "After\n\n"]);
    expect(blocksOf("```in a line```\n\nTwo\n\n").blocks).toEqual(["```in a line```\n\n", "Two\n\n"]);
  });

  it("closes the lines of a long fence at 4 kB", () => {
    const { blocks, tail } = blocksOf(`\`\`\`\n${"x = 1;\n".repeat(5000)}`);
    expect(blocks.length).toBeGreaterThan(7);
    for (const block of [...blocks, tail]) {
      expect(block.length).toBeLessThanOrEqual(4096 + 7);
      expect(block.endsWith("\n")).toBe(true);
    }
  });

  it("closes a line without end at 16 kB, between two characters", () => {
    const grow = textBlocks();
    const rocket = "🚀";
    let last = grow("x", false);
    for (let count = 0; count < 18_000; count += 1) {
      grow(rocket[0]!, false);
      last = grow(rocket[1]!, false);
    }
    expect(whole(last)).toBe(`x${rocket.repeat(18_000)}`);
    expect(last.blocks.length).toBe(2);
    for (const block of last.blocks) expect(block.isWellFormed()).toBe(true);
  });
});
