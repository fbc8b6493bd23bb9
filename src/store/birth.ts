import type { NewStream } from "../store.ts";

/** What stays as it was when the stream was made, and nothing else that the object may bear. */
export function birthOf(stream: NewStream): NewStream {
  const { streamId, app, route, owner, scope, requestId, digest, retentionMs, createdAt } = stream;
  return {
    streamId,
    app,
    route,
    owner,
    scope,
    ...(requestId !== undefined && { requestId }),
    ...(digest !== undefined && { digest }),
    retentionMs,
    createdAt,
  };
}
