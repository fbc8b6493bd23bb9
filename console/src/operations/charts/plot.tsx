import { type ReactElement, useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type ChartColours, useChartColours } from "./chart-colours.ts";

export interface PlotProps {
  /** The chart in these colours; the same function each time. */
  readonly chart: (colours: ChartColours) => Omit<uPlot.Options, "width" | "height">;
  readonly data: uPlot.AlignedData;
}

const HEIGHT = 168;
/** At most ten times a second. */
const REDRAW_MS = 100;

/** A chart on a canvas, as wide as its place. What it shows is also told in words beside it. */
export function Plot({ chart, data }: PlotProps): ReactElement {
  const colours = useChartColours();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const latest = useRef(data);

  useEffect(() => {
    const element = place.current!;
    const width = (): number => Math.max(1, element.clientWidth);
    const made = new uPlot({ ...chart(colours), width: width(), height: HEIGHT }, latest.current, element);
    plot.current = made;
    const resized = new ResizeObserver(() => {
      if (width() !== made.width) made.setSize({ width: width(), height: HEIGHT });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [chart, colours]);

  const redraw = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = data;
    redraw.current ??= setTimeout(() => {
      redraw.current = undefined;
      plot.current?.setData(latest.current);
    }, REDRAW_MS);
  }, [data]);
  useEffect(
    () => () => {
      clearTimeout(redraw.current);
      redraw.current = undefined;
    },
    [],
  );

  return <div ref={place} className="min-w-0" style={{ height: HEIGHT }} aria-hidden="true" />;
}
