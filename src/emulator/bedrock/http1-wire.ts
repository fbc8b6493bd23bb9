import type { IncomingMessage, ServerResponse } from "node:http";
import type { Break } from "./fault.ts";
import { type Headers, Wire } from "./wire.ts";

export class Http1Wire extends Wire {
  readonly method: string;
  readonly path: string;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    super(request, response);
    this.method = request.method ?? "";
    this.path = request.url ?? "";
    this.#response = response;
  }

  get begun(): boolean {
    return this.#response.headersSent;
  }

  begin(status: number, headers: Headers): void {
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
  }

  break(how: Break): void {
    const { socket } = this.#response;
    if (how === "reset") socket?.resetAndDestroy();
    else if (how === "socket" || how === "session") socket?.destroy();
    else socket?.end();
  }
}
