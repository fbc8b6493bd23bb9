import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { SluiceError } from "../../protocol/errors.ts";

/** How long a client that was refused may take to hang up. */
const LINGER_MS = 1000;

interface RefusalOptions {
  /** HTTP's own status, where it says more than the error's. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Answers on the bare socket, where there is no response to answer with, and hangs up. What the client still sends is read
 * and dropped, so that the answer is not lost with it; a client that keeps its end open is cut.
 */
export function refuse(socket: Duplex, error: SluiceError, options: RefusalOptions = {}): void {
  if (!socket.writable) return void socket.destroy();
  const { status = error.status, headers = {} } = options;
  const { code, message, retryAfterMs } = error;
  const body = JSON.stringify({ type: "error", code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  const fields = {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
    ...(retryAfterMs !== undefined && { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) }),
    ...(code === "unauthorized" && { "WWW-Authenticate": "Bearer" }),
    ...headers,
    Connection: "close",
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on("error", () => {});
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n${body}`);
  socket.resume();
  const cutting = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once("close", () => clearTimeout(cutting));
}
