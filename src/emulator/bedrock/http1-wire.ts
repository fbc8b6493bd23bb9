import type { IncomingMessage, ServerResponse } from "node:http";
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

  cut(): void {
    this.#response.socket?.end();
  }

  reset(): void {
    this.#response.socket?.resetAndDestroy();
  }
}
