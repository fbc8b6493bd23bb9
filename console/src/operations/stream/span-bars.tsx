import type { ReactElement, ReactNode } from "react";
import { formatMs } from "../format.ts";
import { type Span, rowsOf } from "./spans.ts";
import type { Scale } from "./ticks.ts";

const BAR_HEIGHT = 20;
const ROW_HEIGHT = 24;
/** Of the small sans-serif, on average. */
const LETTER_WIDTH = 7;

/** Where the bars of some spans stand, pixels. */
export interface SpanBarLayout {
  readonly height: number;
  readonly bars: readonly {
    readonly span: Span;
    readonly left: number;
    readonly width: number;
    readonly row: number;
  }[];
}

/** Lays spans out so that neither bars nor their names cover one another. `until`: where those end that go on. */
export function layOut(spans: readonly Span[], scale: Scale, until: number): SpanBarLayout {
  const extents = spans.map((span) => {
    const from = scale(span.from);
    const width = Math.max(3, scale(span.to ?? until) - from);
    return { from, width, to: from + Math.max(width, nameWidth(span) + 4) + 4 };
  });
  const rows = rowsOf(extents);
  return {
    height: spans.length === 0 ? 0 : (Math.max(...rows) + 1) * ROW_HEIGHT + 4,
    bars: spans.map((span, index) => ({
      span,
      left: extents[index]!.from,
      width: extents[index]!.width,
      row: rows[index]!,
    })),
  };
}

export interface SpanBarsProps {
  readonly layout: SpanBarLayout;
  readonly top: number;
  /** Where the picture ends, pixels. */
  readonly right: number;
  readonly until: number;
  readonly className: string;
}

/** Spans as bars with their names. */
export function SpanBars({ layout, top, right, until, className }: SpanBarsProps): ReactNode {
  return layout.bars.map(({ span, left, width, row }) => (
    <g key={span.key}>
      <title>{`${span.name}, ${formatMs((span.to ?? until) - span.from)}${span.failed ? ", failed" : ""}`}</title>
      <rect
        className={span.failed ? "fill-bad-wash stroke-bad" : className}
        x={left}
        y={top + row * ROW_HEIGHT}
        width={width}
        height={BAR_HEIGHT}
        rx={4}
      />
      <Name span={span} left={left} width={width} right={right} y={top + row * ROW_HEIGHT + 14} />
    </g>
  ));
}

interface NameProps {
  readonly span: Span;
  readonly left: number;
  readonly width: number;
  readonly right: number;
  readonly y: number;
}

/** In the bar where it fits, else behind it, else before it. */
function Name({ span, left, width, right, y }: NameProps): ReactElement {
  const needed = nameWidth(span);
  const fits = width >= needed;
  const before = !fits && left + width + needed > right;
  return (
    <text
      className={`text-xs ${span.failed ? "fill-bad" : "fill-ink"} ${before ? "[text-anchor:end]" : ""}`}
      x={fits ? left + 6 : before ? left - 4 : left + width + 4}
      y={y}
    >
      {span.name}
    </text>
  );
}

function nameWidth({ name }: Span): number {
  return name.length * LETTER_WIDTH + 10;
}
