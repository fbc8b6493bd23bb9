import { type Duplex, PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as ws from "ws";
import { textFrame } from "./websocket-frame.ts";

/** The library's own reading end; its types leave it out. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Duplex };

/** What a WebSocket client reads from these bytes, by the library's own receiver. */
async function received(bytes: string): Promise<string[]> {
  const receiver = new Receiver({ isServer: false });
  const messages: string[] = [];
  receiver.on("message", (data: Buffer) => messages.push(data.toString("utf8")));
  const source = new PassThrough();
  source.pipe(receiver);
  source.end(Buffer.from(bytes, "latin1"));
  await new Promise((resolve, reject) => receiver.once("finish", resolve).once("error", reject));
  return messages;
}

describe("text frames (RFC 6455 section 5.2)", () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])("carry %i characters whole", async (length) => {
    const text = "x".repeat(length);
    expect(await received(textFrame(text) + textFrame("next"))).toEqual([text, "next"]);
  });

  it("carry any text, several in one write", async () => {
    const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 200 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(texts, async (list) => {
        expect(await received(list.map(textFrame).join(""))).toEqual(list);
      }),
      { numRuns: 50 },
    );
  });
});
