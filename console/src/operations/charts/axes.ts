import type uPlot from "uplot";
import type { ChartColours } from "./chart-colours.ts";

/** What all charts share: no legend, no selection by dragging, no points. */
export const PLAIN: Pick<uPlot.Options, "legend" | "cursor" | "padding"> = {
  legend: { show: false },
  cursor: { show: false },
  padding: [10, 16, 0, 0],
};

/** An axis in the page's colours. */
export function axis({ soft, line, font }: ChartColours, rest: uPlot.Axis): uPlot.Axis {
  return {
    stroke: soft,
    font,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    ...rest,
  };
}

/** The axis of counts and rates: few lines, from zero. */
export function amountAxis(colours: ChartColours): uPlot.Axis {
  return axis(colours, {
    size: 44,
    space: 36,
    incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000],
  });
}

/** From zero to a little above the largest value. */
export const FROM_ZERO: uPlot.Scale = { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] };
