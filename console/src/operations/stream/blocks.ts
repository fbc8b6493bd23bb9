/**
 * Where each paragraph of a text ends (behind its blank line), the last one at the text's end. `known` are those of a
 * shorter text that this one goes on from, so that only the new part is read.
 */
export function blockEnds(text: string, known: readonly number[] = []): readonly number[] {
  const ends = known.slice(0, -1);
  let from = ends.at(-1) ?? 0;
  for (;;) {
    const blank = text.indexOf("\n\n", from);
    if (blank === -1) break;
    from = blank + 2;
    ends.push(from);
  }
  if (from < text.length) ends.push(text.length);
  return ends;
}

/** The paragraphs of the first `length` units of the text; the last one may be a part. */
export function blocksUntil(text: string, ends: readonly number[], length: number): readonly string[] {
  const blocks: string[] = [];
  let from = 0;
  for (const end of ends) {
    if (from >= length) break;
    blocks.push(text.slice(from, Math.min(end, length)));
    from = end;
  }
  return blocks;
}
