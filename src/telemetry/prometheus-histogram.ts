import type { Histogram } from "../histogram.ts";

/** A histogram of each app, under one name. */
export interface HistogramFamily {
  readonly name: string;
  readonly description: string;
  /** How many of the values make one of the unit that is shown; 1000 where milliseconds are shown as seconds. */
  readonly divisor: number;
  readonly byApp: readonly (readonly [app: string, histogram: Histogram])[];
}

/**
 * In Prometheus' text format, version 0.0.4 ("Histograms and summaries"). OpenTelemetry's histograms must be told of each value as it
 * comes; ours are counted in the core, and read when somebody asks.
 */
export function histogramText({ name, description, divisor, byApp }: HistogramFamily): string {
  const lines = byApp.flatMap(([app, { bounds, counts, sum, count }]) => {
    const label = `app=${JSON.stringify(app)}`;
    let below = 0;
    const buckets = bounds.map((bound, index) => {
      below += counts[index]!;
      return `${name}_bucket{${label},le="${bound / divisor}"} ${below}`;
    });
    const total = `${name}_bucket{${label},le="+Inf"} ${count}`;
    return [...buckets, total, `${name}_sum{${label}} ${sum / divisor}`, `${name}_count{${label}} ${count}`];
  });
  return [`# HELP ${name} ${description}`, `# TYPE ${name} histogram`, ...lines, ""].join("\n");
}
