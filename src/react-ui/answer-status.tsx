"use client";
import type { ReactElement } from "react";
import { type RunView, type ViewState, useView } from "../react/index.ts";
import { Icon, type IconName } from "./icon.tsx";

type Stand = ViewState["status"] | "stopping";

const FACES: Readonly<Record<Stand, readonly [word: string, icon: IconName]>> = {
  pending: ["Starting", "working"],
  queued: ["Queued", "waiting"],
  streaming: ["Streaming", "flowing"],
  resuming: ["Resuming", "again"],
  stopping: ["Stopping", "working"],
  complete: ["Complete", "done"],
  cancelled: ["Cancelled", "stopped"],
  error: ["Failed", "failed"],
};

/** How an answer stands: a picture and a word. */
export function AnswerStatus({ view }: { readonly view: RunView }): ReactElement {
  const stand = useView(view, standOf);
  const [word, icon] = FACES[stand];
  return (
    <span className="sluice-status" data-status={stand}>
      <Icon name={icon} />
      {word}
    </span>
  );
}

function standOf({ status, cancelling }: ViewState): Stand {
  return cancelling && isRunning(status) ? "stopping" : status;
}

/** Whether more can come. */
export function isRunning(status: ViewState["status"]): boolean {
  return status !== "complete" && status !== "cancelled" && status !== "error";
}
