import type { TextState } from "./view-state.ts";

/** More UTF-16 units are closed at the last line end. */
const CAP = 4096;
/** A line of more units is closed where it is. */
const LINE_CAP = 4 * CAP;
/** A line that opens or closes a fence (CommonMark section 4.5), at any depth of a list. */
const FENCE = /^\s*```[^`]*$/;
/** The text may go on with the other half of a surrogate pair. */
const TORN = /[\ud800-\udbff]$/;

/** Adds to a text, and tells whether that was the end of it. */
export type Grow = (text: string, done: boolean) => TextState;

/**
 * A growing text as closed blocks and an open tail, so that whoever shows it touches the tail only. A block closes at a
 * blank line outside a fence. The joined text is kept nowhere: a part of a long string would keep all of it in memory.
 */
export function textBlocks(): Grow {
  let blocks: readonly string[] = [];
  /** The whole lines of the tail, and what follows them. */
  let open = "";
  let line = "";
  let fenced = false;
  const close = (text: string): void => {
    if (text !== "") blocks = [...blocks, text];
    open = "";
  };
  return (text, done) => {
    const lines = (line + text).split("\n");
    line = lines.pop()!;
    for (const words of lines) {
      if (FENCE.test(words)) fenced = !fenced;
      const ends = open !== "" && !fenced && words.trim() === "";
      open += `${words}\n`;
      if (ends || open.length > CAP) close(open);
    }
    if (open.length + line.length > CAP) close(open);
    if (line.length > LINE_CAP && !TORN.test(line)) {
      close(line);
      line = "";
    }
    return Object.freeze({ blocks, tail: open + line, done });
  };
}
