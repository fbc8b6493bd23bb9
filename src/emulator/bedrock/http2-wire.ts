import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { type Headers, Wire } from "./wire.ts";

export class Http2Wire extends Wire {
  readonly method: string;
  readonly path: string;
  readonly #stream: ServerHttp2Stream;
  readonly #socket: Socket;

  /** `socket`: the session's own, since the one that the session shows can't be reset. */
  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, socket: Socket) {
    super(stream, stream);
    this.method = headers[":method"] ?? "";
    this.path = headers[":path"] ?? "";
    this.#stream = stream;
    this.#socket = socket;
  }

  get begun(): boolean {
    return this.#stream.headersSent;
  }

  begin(status: number, headers: Headers): void {
    if (!this.#stream.destroyed) this.#stream.respond({ ":status": status, ...headers });
  }

  cut(): void {
    this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }
}
