import { useSyncExternalStore } from "react";

/** The systems that have a page, in the order of the navigation. */
export const SYSTEMS = ["titles", "images", "llm", "realestate", "predictions"] as const;
export type SystemName = (typeof SYSTEMS)[number];

/** What the address after the `#` names. */
export type Place =
  | { readonly page: "system"; readonly system: SystemName }
  /** One stream, whoever began it: its viewer's page. */
  | { readonly page: "stream"; readonly app: string; readonly streamId: string }
  /** `path` is what follows `#/operations`: empty, or from its slash on. */
  | { readonly page: "operations"; readonly path: string }
  | { readonly page: "unknown" };

/** Reads an address like `#/images`; without one it is the first system's. */
export function placeOf(hash: string): Place {
  const path = hash.replace(/^#/, "");
  const [first = "", ...others] = path.split("/").filter((part) => part !== "");
  if (first === "") return { page: "system", system: SYSTEMS[0] };
  const system = SYSTEMS.find((name) => name === first);
  if (system !== undefined && others.length === 0) return { page: "system", system };
  if (first === "operations") return { page: "operations", path: path.replace(/^\/?operations/, "") };
  const [app, streamId, ...more] = others.map(decoded);
  if (first === "streams" && app !== undefined && streamId !== undefined && more.length === 0) {
    return { page: "stream", app, streamId };
  }
  return { page: "unknown" };
}

/** The address of one stream's page. */
export function streamHref(app: string, streamId: string): string {
  return `#/streams/${encodeURIComponent(app)}/${encodeURIComponent(streamId)}`;
}

/** The address as it is now; renders again when it changes. */
export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash);
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

/** A part of an address, as it was before it was encoded. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
