import { decoded } from "../routing.ts";

/** What a path after `#/operations` names. */
export type OperationsPlace =
  | { readonly page: "streams" }
  | { readonly page: "connections" }
  /** `at`: the seq that the link points to. */
  | { readonly page: "stream"; readonly app: string; readonly streamId: string; readonly at: number | undefined }
  | { readonly page: "unknown" };

/** Reads a path like `/streams/titles/abc?at=12`; an empty one is the list of streams. */
export function operationsPlace(path: string): OperationsPlace {
  const [before = "", query = ""] = path.split("?");
  const [first, app, streamId, ...more] = before.split("/").filter((part) => part !== "");
  if (first === undefined) return { page: "streams" };
  if (first === "connections" && app === undefined) return { page: "connections" };
  if (first !== "streams" || app === undefined || streamId === undefined || more.length > 0) return { page: "unknown" };
  const at = new URLSearchParams(query).get("at");
  return {
    page: "stream",
    app: decoded(app),
    streamId: decoded(streamId),
    at: at !== null && /^\d{1,15}$/.test(at) ? Number(at) : undefined,
  };
}

/** The address of one stream's page, or of one of its events. */
export function operationsHref(app: string, streamId: string, at?: number): string {
  const path = `#/operations/streams/${encodeURIComponent(app)}/${encodeURIComponent(streamId)}`;
  return at === undefined ? path : `${path}?at=${at}`;
}
