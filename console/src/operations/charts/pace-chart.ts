import type uPlot from "uplot";
import { WINDOW_MS } from "../live/pace-window.ts";
import { FROM_ZERO, PLAIN, amountAxis, axis } from "./axes.ts";
import type { ChartColours } from "./chart-colours.ts";

/** The shortest time that the chart shows, seconds. */
const SHORTEST = 60;

/** Tokens per second over what was seen of the last minutes; x in epoch seconds. */
export function paceChart(colours: ChartColours): Omit<uPlot.Options, "width" | "height"> {
  return {
    ...PLAIN,
    scales: {
      x: { range: (_plot, min, max) => lastTimes(min, max) },
      y: FROM_ZERO,
    },
    axes: [axis(colours, { size: 28, grid: { show: false }, splits: times, values: ago }), amountAxis(colours)],
    series: [{}, { stroke: colours.accent, fill: colours.wash, width: 2, points: { show: false } }],
  };
}

/** From the first sample on, but neither less than a minute nor more than the samples are kept. */
function lastTimes(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, SHORTEST];
  return [Math.max(max - WINDOW_MS / 1000, Math.min(min, max - SHORTEST)), max];
}

/** Every fifteen seconds, or every minute, back from now. */
function times(_plot: uPlot, _axis: number, min: number, max: number): number[] {
  const step = max - min <= 90 ? 15 : 60;
  return Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, index) => max - index * step).reverse();
}

/** None at the left edge, where the other axis is. */
function ago({ scales }: uPlot, splits: readonly number[]): string[] {
  const from = scales["x"]?.min;
  return splits.map((at) => (at === from ? "" : agoInWords(Math.round((splits.at(-1) ?? at) - at))));
}

function agoInWords(seconds: number): string {
  if (seconds === 0) return "now";
  return seconds < 60 ? `−${seconds} s` : `−${Math.round(seconds / 60)} min`;
}
