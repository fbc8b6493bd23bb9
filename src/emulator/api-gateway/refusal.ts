import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type GatewayMessage, gatewayFrame } from "./gateway-frames.ts";

/** Why a handshake ends without a connection. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  /** Undefined: API Gateway's own. */
  readonly body: string | undefined;

  constructor(status: number, options: ErrorOptions & { readonly body?: string } = {}) {
    super(`The handshake is refused with ${status}.`, options);
    this.status = status;
    this.body = options.body;
  }
}

export interface RefusedRequest {
  readonly connectionId: string;
  readonly requestId: string;
}

/** Answers the upgrade with the refusal's HTTP status, and closes the socket; once. */
export function refuse(socket: Duplex, refusal: Refusal, { connectionId, requestId }: RefusedRequest): void {
  if (!socket.writable) return;
  const { status } = refusal;
  const body = refusal.body ?? gatewayFrame(messageOf(status), connectionId, requestId);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-amzn-RequestId: ${requestId}`,
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function messageOf(status: number): GatewayMessage {
  if (status === 401) return "Unauthorized";
  if (status === 429) return "Too Many Requests";
  if (status === 503) return "Service Unavailable";
  return status < 500 ? "Forbidden" : "Internal server error";
}
