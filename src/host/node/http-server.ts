import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, createServer } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Limits } from "../../limits.ts";
import { SluiceError } from "../../protocol/errors.ts";
import type { Doorman } from "./doorman.ts";
import { refuse } from "./refusal.ts";
import type { Stalls } from "./stalls.ts";

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

interface HttpServerParts {
  readonly limits: Limits;
  readonly doorman: Doorman;
  readonly stalls: Stalls;
  readonly request: RequestListener;
  readonly upgrade: UpgradeListener;
}

const MAX_CHECK_MS = 1000;
const RETRY_AFTER_MS = 5000;
/** Proxies keep idle connections for 60 s, and must not find one closed that they are about to use. */
const KEEP_ALIVE_MS = 65_000;

/** Node's HTTP server with the limits that its defaults leave open; what is refused gets JSON (PROTOCOL.md section 9). */
export function httpServer({ limits, doorman, stalls, request, upgrade }: HttpServerParts): Server {
  const { headersTimeoutMs, bodyTimeoutMs, maxHeaderBytes, maxHeaders, maxConnections } = limits;
  const answers = new WeakMap<Duplex, ServerResponse>();
  const http = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: headersTimeoutMs + bodyTimeoutMs,
      connectionsCheckingInterval: Math.min(MAX_CHECK_MS, Math.ceil(headersTimeoutMs / 4)),
      maxHeaderSize: maxHeaderBytes,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // A request without a Host is answered like any other whose Host is not ours.
      requireHostHeader: false,
      // Clients offer h2c on ordinary requests; an offer may be ignored (RFC 9110 section 7.8).
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
    },
    (incoming, outgoing) => answer(incoming, outgoing),
  );
  // One more than allowed is seen, so that it is refused; what comes behind is dropped unseen.
  http.maxHeadersCount = maxHeaders + 1;
  // Those above the limit are told so; a flood of them is not.
  http.maxConnections = 2 * maxConnections;

  const welcome = (incoming: IncomingMessage): boolean => {
    if (!doorman.admitted(incoming.socket)) return false;
    if (incoming.rawHeaders.length / 2 <= maxHeaders) return true;
    refuse(incoming.socket, headersTooLarge(), { status: 431 });
    return false;
  };
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    if (!welcome(incoming)) return;
    answers.set(incoming.socket, outgoing);
    request(incoming, outgoing);
  };
  // Any expectation but 100-continue is passed over; Node's own 417 has no body.
  http.on("checkExpectation", answer);
  http.on("connection", (socket: Socket) => {
    if (doorman.admit(socket)) return stalls.watch(socket);
    const error = new SluiceError("rate_limited", "Too many connections.", { retryAfterMs: RETRY_AFTER_MS });
    refuse(socket, error, { status: 503 });
  });
  http.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (welcome(incoming)) upgrade(incoming, socket, head);
  });
  http.on("clientError", (thrown: NodeJS.ErrnoException, socket: Duplex) => {
    const last = answers.get(socket);
    // A second answer to the same request would pass for the answer to the next.
    const midway = last?.headersSent === true && !(last.writableFinished && last.req.complete);
    if (midway || !socket.writable || thrown.code === "ECONNRESET") socket.destroy();
    else refuseUnread(socket, thrown.code);
  });
  return http;
}

/** Answers where Node could not read a request, or waited for it too long. */
function refuseUnread(socket: Duplex, code: string | undefined): void {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return refuse(socket, new SluiceError("timeout", "The request did not come in time."), { status: 408 });
    case "HPE_HEADER_OVERFLOW":
      return refuse(socket, headersTooLarge(), { status: 431 });
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return refuse(socket, new SluiceError("payload_too_large", "The body's chunk extensions are too large."));
    default:
      return refuse(socket, new SluiceError("bad_request", "This is no HTTP request."));
  }
}

function headersTooLarge(): SluiceError {
  return new SluiceError("payload_too_large", "The request has too many headers, or too long ones.");
}
