import type { ErrorEvent, StreamState } from "./protocol/events.ts";
import type { Run } from "./run.ts";
import type { RunPlan } from "./runs.ts";
import type { Stream } from "./stream.ts";

/** How a run of this process stands, or how it ended. Times are epoch milliseconds. */
export interface RunReport {
  readonly app: string;
  readonly streamId: string;
  readonly route: string;
  /** Principal id, or "" for anonymous. */
  readonly owner: string;
  readonly state: StreamState;
  /** Of its writer here. */
  readonly epoch: number;
  readonly createdAt: number;
  readonly endedAt?: number;
  /** Of its last event. */
  readonly seq: number;
  /** Text deltas of its writer here. */
  readonly tokens: number;
  /** UTF-16 units of its text. */
  readonly characters: number;
  /** From the run's beginning to its first text. */
  readonly firstTokenMs?: number;
  readonly lastEventAt: number;
  /** Why it failed. */
  readonly error?: Pick<ErrorEvent, "code" | "message">;
}

interface Reported {
  readonly run: Run;
  readonly stream: Stream;
  readonly plan: RunPlan;
  readonly epoch: number;
}

export function runReport({ run, stream, plan, epoch }: Reported): RunReport {
  const { app, streamId, route, owner, createdAt } = plan.head;
  const { state, seq, lastAt = createdAt } = stream;
  const { tokens, firstTokenMs } = run.pace;
  const { end } = run;
  return {
    app,
    streamId,
    route,
    owner,
    state,
    epoch,
    createdAt,
    ...(state !== "running" && { endedAt: lastAt }),
    seq,
    tokens,
    characters: run.textLength,
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    lastEventAt: lastAt,
    ...(state === "error" && end?.type === "error" && { error: { code: end.code, message: end.message } }),
  };
}
