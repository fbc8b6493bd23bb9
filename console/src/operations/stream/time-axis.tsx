import type { ReactNode } from "react";
import { formatMs } from "../format.ts";
import { axisTimes, timeScale } from "./ticks.ts";

export const AXIS_HEIGHT = 24;
const LABEL_WIDTH = 90;

export interface TimeAxisProps {
  readonly durationMs: number;
  readonly top: number;
  readonly width: number;
}

/** Round times after the beginning. */
export function TimeAxis({ durationMs, top, width }: TimeAxisProps): ReactNode {
  if (width <= 0) return null;
  const scale = timeScale(0, durationMs, width);
  return axisTimes(durationMs, Math.max(2, Math.floor(width / LABEL_WIDTH))).map((at) => (
    <g key={at}>
      <path className="stroke-edge" d={`M${scale(at)} ${top}v4`} />
      <text className={`fill-soft text-xs ${anchor(scale(at), width)}`} x={scale(at)} y={top + 18}>
        {at === 0 ? "0" : formatMs(at)}
      </text>
    </g>
  ));
}

/** No label passes the edges. */
function anchor(x: number, width: number): string {
  if (x === 0) return "";
  return x > width - LABEL_WIDTH / 3 ? "[text-anchor:end]" : "[text-anchor:middle]";
}
