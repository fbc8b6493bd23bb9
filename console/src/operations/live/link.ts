import { type ConnectionState, SluiceError } from "sluice/client";

/** How what the page shows stands towards the server. */
export type Link =
  | { readonly state: "loading" }
  | { readonly state: "live" }
  /** The server is not reached now; what is shown is as it was. */
  | { readonly state: "offline"; readonly retryAt: number | undefined }
  /** An operator's token is needed. */
  | { readonly state: "forbidden" }
  /** This server has no operator's side, or no such stream. */
  | { readonly state: "missing" }
  | { readonly state: "failed"; readonly message: string };

/** What the error that ended a run means to whoever looks on. */
export function linkAfter(error: SluiceError): Link {
  if (error.code === "forbidden" || error.code === "unauthorized") return { state: "forbidden" };
  if (error.code === "not_found" || error.code === "stream_gone") return { state: "missing" };
  return { state: "failed", message: error.message };
}

/** The link as it is with this connection under it. */
export function linkOver(link: Link, connection: ConnectionState): Link {
  if (link.state !== "live" && link.state !== "loading") return link;
  const { state, attempt, retryAt } = connection;
  const lost = state === "waiting" || state === "suspended" || (state === "connecting" && attempt > 1);
  return lost ? { state: "offline", retryAt } : link;
}

/** Whether both say the same. */
export function sameLink(a: Link, b: Link): boolean {
  return (
    a.state === b.state &&
    (a.state !== "offline" || a.retryAt === (b as typeof a).retryAt) &&
    (a.state !== "failed" || a.message === (b as typeof a).message)
  );
}

/** Whatever was thrown, with a code. */
export function withCode(thrown: unknown): SluiceError {
  return thrown instanceof SluiceError ? thrown : new SluiceError("internal", String(thrown));
}
