import type { ErrorType, StreamException } from "./errors.ts";

/**
 * What goes wrong with an answer; what follows it is not asked for. A fault that needs a response begins one.
 *
 * - `exception`: an error of Bedrock. Before the headers it is told by status and `x-amzn-errortype`, after them by a frame.
 * - `error`: a frame that no model of the API knows (`:message-type` is `error`), as from what stands before Bedrock.
 *   In place of a document: InternalServerException.
 * - a `Break`: the connection ends.
 * - `"end"`: the response ends as if all were well.
 * - `"half-frame"`: the response ends in the middle of a frame.
 * - `"bad-checksum"`: a frame whose checksum is wrong; then nothing more is sent until the client goes away.
 * - `"stall"`: nothing more is sent until the client goes away.
 */
export type Fault =
  | { readonly exception: StreamException | ErrorType; readonly message?: string }
  | { readonly error: string; readonly message?: string }
  | Break
  | "end"
  | "half-frame"
  | "bad-checksum"
  | "stall";

/**
 * How a connection ends before its answer does. HTTP/1.1 has no streams and no sessions: there the first four end the socket
 * without the last chunk, and the next two destroy it.
 *
 * - `"cut"`, `"cut-cancel"`, `"cut-internal"`: RST_STREAM with NO_ERROR, CANCEL, INTERNAL_ERROR.
 * - `"goaway"`: GOAWAY with NO_ERROR, then the end of the session, as from a server that shuts down.
 * - `"session"`: the session is destroyed, and other calls on it with it.
 * - `"socket"`: the TCP connection is closed under the session.
 * - `"reset"`: the TCP connection is reset.
 */
export type Break = (typeof BREAKS)[number];

const BREAKS = ["cut", "cut-cancel", "cut-internal", "goaway", "session", "socket", "reset"] as const;

/**
 * Where in an answer it goes wrong.
 *
 * - `"request"`: before the headers; no stand-in is asked.
 * - `"headers"`: after the headers, before the first event. A document has its headers with it: the same as `"request"`.
 * - a number: after so many tokens; 0 is after the opening event.
 * - `"close"`: when all of the text was sent, before the end mark. An answer with fewer tokens than the number fails here, too.
 */
export type FaultPlace = "request" | "headers" | "close" | number;

export function isBreak(fault: Fault): fault is Break {
  return BREAKS.some((name) => name === fault);
}
