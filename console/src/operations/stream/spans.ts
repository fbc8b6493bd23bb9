import type { TimelineEntry } from "sluice/operations";

/** A part of a stream's time that has a name. */
export interface Span {
  readonly key: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly from: number;
  /** Undefined: it goes on. */
  readonly to: number | undefined;
  readonly failed: boolean;
}

/** Each tool call until its result. */
export function toolSpans(entries: readonly TimelineEntry[]): readonly Span[] {
  const spans = new Map<string, Span>();
  let end: number | undefined;
  for (const { seq, at, event } of entries) {
    if (event.type === "tool-call") {
      spans.set(event.id, { key: `${event.id} ${seq}`, name: event.name, from: at, to: undefined, failed: false });
    } else if (event.type === "tool-result") {
      const span = spans.get(event.id);
      if (span !== undefined) spans.set(event.id, { ...span, to: at, failed: event.error !== undefined });
    } else if (isEnd(event.type)) end = at;
  }
  return [...spans.values()].map((span) => ({ ...span, to: span.to ?? end }));
}

/** Each stage from its first status event until the next stage's. */
export function stageSpans(entries: readonly TimelineEntry[]): readonly Span[] {
  const spans: Span[] = [];
  const close = (at: number): void => {
    const last = spans.at(-1);
    if (last !== undefined && last.to === undefined) spans[spans.length - 1] = { ...last, to: at };
  };
  for (const { seq, at, event } of entries) {
    const stage = event.type === "status" ? event.stage : undefined;
    if (stage !== undefined && spans.at(-1)?.name !== stage) {
      close(at);
      spans.push({ key: `${stage} ${seq}`, name: stage, from: at, to: undefined, failed: false });
    } else if (isEnd(event.type)) close(at);
  }
  return spans;
}

/** Puts what overlaps on different rows: the row of each. They come in the order of their beginnings. */
export function rowsOf(extents: readonly { readonly from: number; readonly to: number }[]): readonly number[] {
  const ends: number[] = [];
  return extents.map(({ from, to }) => {
    const free = ends.findIndex((end) => end <= from);
    const row = free === -1 ? ends.length : free;
    ends[row] = to;
    return row;
  });
}

function isEnd(type: string): boolean {
  return type === "complete" || type === "error" || type === "cancelled";
}
