import { type ReactElement, type ReactNode, useMemo } from "react";
import { FIRST_TOKEN_MS, INTER_TOKEN_MS } from "sluice/operations";
import { counted } from "sluice/react-ui";
import { formatAge, formatCount, formatMs, formatRate } from "../format.ts";
import { percentile, sharesOf, totalOf } from "../live/histogram.ts";
import type { LiveStore } from "../live/live-store.ts";
import { useSelected } from "../live/use-selected.ts";
import { histogramChart, histogramData } from "./histogram-chart.ts";
import { paceChart } from "./pace-chart.ts";
import { Plot } from "./plot.tsx";
import { DELTAS } from "../deltas.ts";
import { PANEL } from "../panel.ts";

const firstTokenChart = histogramChart(FIRST_TOKEN_MS);
const interTokenChart = histogramChart(INTER_TOKEN_MS);

/** The pace of the whole server since the page was opened, of the last five minutes at most, each chart with its summary in words. */
export function PaceCharts({ live }: { live: LiveStore }): ReactElement {
  const { samples, firstToken, interToken } = useSelected(live, ({ pace }) => pace);
  const line = useMemo(
    (): [number[], number[]] => [samples.map(({ at }) => at / 1000), samples.map((sample) => sample.tokensPerSecond)],
    [samples],
  );
  const now = samples.at(-1);
  const most = samples.reduce((largest, sample) => Math.max(largest, sample.tokensPerSecond), 0);
  return (
    <section
      className="grid gap-3 md:grid-cols-2 md:max-lg:[&>:first-child]:col-span-2 lg:grid-cols-3"
      aria-label="Pace"
    >
      <Figure
        title="Text deltas per second"
        explained={DELTAS}
        summary={
          now === undefined ? "No sample yet." : `Most in ${formatAge(now.at - samples[0]!.at)}: ${formatRate(most)}.`
        }
      >
        <p className="flex items-baseline gap-x-4 text-sm text-soft">
          <Value value={formatRate(now?.tokensPerSecond ?? 0)} name="deltas/s" />
          <Value value={formatCount(now?.running ?? 0)} name="running" />
          <Value
            value={formatCount(now?.connections ?? 0)}
            name={now?.connections === 1 ? "connection" : "connections"}
          />
        </p>
        <Plot chart={paceChart} data={line} />
      </Figure>
      <Histogram
        title="Time to first text"
        unit="answer"
        bounds={FIRST_TOKEN_MS}
        counts={firstToken}
        chart={firstTokenChart}
      />
      <Histogram
        title="Between two deltas"
        unit="interval"
        bounds={INTER_TOKEN_MS}
        counts={interToken}
        chart={interTokenChart}
      />
    </section>
  );
}

interface HistogramProps {
  readonly title: string;
  /** What was counted. */
  readonly unit: string;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly chart: ReturnType<typeof histogramChart>;
}

function Histogram({ title, unit, bounds, counts, chart }: HistogramProps): ReactElement {
  const data = useMemo(() => histogramData(counts), [counts]);
  const total = totalOf(counts);
  return (
    <Figure
      title={title}
      summary={total === 0 ? "Nothing was measured yet." : `Of ${counted(total, unit)}; milliseconds.`}
    >
      <p className="flex items-baseline gap-x-4 text-sm text-soft">
        {sharesOf(counts).map(([name, share]) => (
          <Value key={name} value={percentileInWords(percentile(counts, bounds, share))} name={name} />
        ))}
      </p>
      <Plot chart={chart} data={data} />
    </Figure>
  );
}

interface FigureProps {
  readonly title: string;
  /** What the title's words mean, where they need it. */
  readonly explained?: string;
  readonly summary: string;
  readonly children: ReactNode;
}

function Figure({ title, explained, summary, children }: FigureProps): ReactElement {
  return (
    <figure className={`${PANEL} grid min-w-0 gap-1 p-4 pb-3 tabular-nums`} aria-label={title}>
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-semibold" title={explained}>
          {title}
        </span>
        <span className="text-[0.8125rem] text-soft">{summary}</span>
      </figcaption>
      {children}
    </figure>
  );
}

function Value({ value, name }: { value: string; name: string }): ReactElement {
  return (
    <span className="whitespace-nowrap">
      <span className="text-lg font-semibold text-ink">{value}</span> {name}
    </span>
  );
}

function percentileInWords(found: ReturnType<typeof percentile>): string {
  if (found === undefined) return "–";
  return found.beyond ? `> ${formatMs(found.value)}` : formatMs(found.value);
}
