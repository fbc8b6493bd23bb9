import type { ReactElement, ReactNode } from "react";
import type { Happening } from "sluice/operations";
import { formatMs } from "../format.ts";
import type { Scale } from "./ticks.ts";

/** How each happening is called. */
export const HAPPENING_WORDS: Readonly<Record<Happening["kind"], string>> = {
  viewer: "A viewer came",
  left: "A viewer left",
  resumed: "A viewer resumed",
  cancel: "Cancel was asked for",
};

/** A shape of its own for each, 10 pixels wide. */
const SHAPES: Readonly<Record<Happening["kind"], string>> = {
  viewer: "M0 10 5 1l5 9z",
  left: "M0 1l5 9 5-9z",
  resumed: "M9 5a4 4 0 1 1-1.5-3M9 0v3H6",
  cancel: "M1 1h8v8H1z",
};

const LOOKS: Readonly<Record<Happening["kind"], string>> = {
  viewer: "fill-accent",
  left: "fill-surface stroke-soft",
  resumed: "fill-none stroke-accent stroke-[1.75]",
  cancel: "fill-warn",
};

/** A happening's sign, in the picture and in its legend. */
export function HappeningShape({ kind }: { kind: Happening["kind"] }): ReactElement {
  return <path className={LOOKS[kind]} d={SHAPES[kind]} />;
}

export interface HappeningMarksProps {
  readonly happenings: readonly Happening[];
  readonly scale: Scale;
  readonly top: number;
  /** The stream's beginning, epoch milliseconds. */
  readonly from: number;
}

/** Who came, left and resumed, below the events. */
export function HappeningMarks({ happenings, scale, top, from }: HappeningMarksProps): ReactNode {
  return happenings.map((happening, index) => (
    // The list only grows.
    // oxlint-disable-next-line react/no-array-index-key
    <g key={index} transform={`translate(${scale(Math.max(from, happening.at)) - 5} ${top})`}>
      <title>{happeningInWords(happening, from)}</title>
      <HappeningShape kind={happening.kind} />
    </g>
  ));
}

/** One happening as a sentence without a full stop. */
export function happeningInWords({ kind, at, transport, offset, connectionId }: Happening, from: number): string {
  const how = transport === undefined ? "" : ` by ${transport}`;
  const where = offset === undefined || offset === "" ? "" : ` after ${offset}`;
  const who = connectionId === undefined ? "" : ` (connection ${connectionId.slice(0, 8)}…)`;
  return `${HAPPENING_WORDS[kind]}${how}${where}${who}, at ${formatMs(Math.max(0, at - from))}`;
}
