import type { Speech } from "../speech.ts";

/** What the page's address says. */
export interface Asked extends Speech {
  /** Address of the Sluice server's system. */
  readonly sluice: string;
  readonly throttle: number | undefined;
}

export function asked(): Asked {
  const query = new URLSearchParams(location.search);
  const throttle = query.get("throttle");
  return {
    chunks: Number(query.get("chunks")),
    perSecond: Number(query.get("perSecond")),
    sluice: query.get("sluice")!,
    throttle: throttle === null ? undefined : Number(throttle),
  };
}

export function root(): HTMLElement {
  return document.querySelector<HTMLElement>("#root")!;
}

/** What stands in the last message of the transcript. */
export function lastText(selector: string): string {
  return Array.from(document.querySelectorAll(selector)).at(-1)?.textContent ?? "";
}
