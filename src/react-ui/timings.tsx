"use client";
import type { ReactElement } from "react";
import { type RunView, type ViewState, useView } from "../react/index.ts";
import { isRunning } from "./answer-status.tsx";
import { useNow } from "./use-now.ts";
import { duration } from "./words.ts";

export interface TimingsProps {
  readonly view: RunView;
  /** How long the connection took to open, milliseconds: `client.connection.openedInMs`. */
  readonly openedInMs?: number | undefined;
}

/** How fast an answer came: what was waited for, and its pace. Renewed twice a second while it runs. */
export function Timings({ view, openedInMs }: TimingsProps): ReactElement {
  useNow(500, useView(view, runs));
  return (
    <dl className="sluice-timings">
      {factsOf(view.run.timings, openedInMs).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function factsOf(timings: ViewState["timings"], openedInMs: number | undefined): [name: string, value: string][] {
  const { requestedAt, startedAt, firstAt, lastAt, chunks, resumes } = timings;
  const facts: [string, string][] = [];
  if (openedInMs !== undefined) facts.push(["Connection", duration(openedInMs)]);
  if (startedAt !== undefined) facts.push(["Started after", duration(startedAt - requestedAt)]);
  if (firstAt !== undefined) facts.push(["First chunk after", duration(firstAt - requestedAt)]);
  facts.push(["Chunks", chunks.toLocaleString("en")]);
  if (firstAt !== undefined && lastAt !== undefined && chunks > 1) {
    facts.push(["Average interval", duration((lastAt - firstAt) / (chunks - 1))]);
  }
  if (resumes > 0) facts.push(["Resumed", resumes === 1 ? "once" : `${resumes} times`]);
  return facts;
}

function runs({ status }: ViewState): boolean {
  return isRunning(status);
}
