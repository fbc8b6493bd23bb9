import uPlot from "uplot";
import { percentile, sharesOf } from "../live/histogram.ts";
import { FROM_ZERO, PLAIN, amountAxis, axis } from "./axes.ts";
import type { ChartColours } from "./chart-colours.ts";

/** A chart of counts per bucket, each of the same width, with lines where the percentiles lie. */
export function histogramChart(
  bounds: readonly number[],
): (colours: ChartColours) => Omit<uPlot.Options, "width" | "height"> {
  const buckets = bounds.length + 1;
  return (colours) => ({
    ...PLAIN,
    scales: { x: { time: false, range: () => [0, buckets] }, y: FROM_ZERO },
    axes: [
      axis(colours, {
        size: 28,
        grid: { show: false },
        splits: () => bounds.map((_bound, index) => index + 1),
        values: (plot) => bounds.map((bound, index) => (plot.width < 480 && index % 2 === 1 ? "" : shortTime(bound))),
        space: 0,
      }),
      amountAxis(colours),
    ],
    series: [
      {},
      {
        stroke: colours.accent,
        fill: colours.wash,
        width: 1,
        points: { show: false },
        paths: uPlot.paths.bars!({ size: [0.86, 100], align: 0 }),
      },
    ],
    hooks: { draw: [(plot) => drawPercentiles(plot, bounds, colours)] },
  });
}

/** The data of such a chart: bucket i stands from i to i + 1; an empty one has no bar. */
export function histogramData(counts: readonly number[]): uPlot.AlignedData {
  return [counts.map((_count, index) => index + 0.5), counts.map((count) => (count === 0 ? null : count))];
}

function drawPercentiles(plot: uPlot, bounds: readonly number[], { warn }: ChartColours): void {
  const counts = Array.from(plot.data[1]!, (count) => count ?? 0);
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = warn;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const [, share] of sharesOf(counts)) {
    const found = percentile(counts, bounds, share);
    if (found === undefined) continue;
    const x = Math.round(plot.valToPos(found.place, "x", true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function shortTime(ms: number): string {
  return ms < 1000 ? `${ms}` : `${ms / 1000} s`;
}
