import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Break } from "./fault.ts";
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

  break(how: Break): void {
    switch (how) {
      case "cut":
        return this.#resetStream(constants.NGHTTP2_NO_ERROR);
      case "cut-cancel":
        return this.#resetStream(constants.NGHTTP2_CANCEL);
      case "cut-internal":
        return this.#resetStream(constants.NGHTTP2_INTERNAL_ERROR);
      case "goaway":
        this.#stream.session?.goaway(constants.NGHTTP2_NO_ERROR);
        // The frame is only queued; a ping that came back says that it is out.
        return void this.#stream.session?.ping(() => this.#socket.end());
      case "session":
        return this.#stream.session?.destroy();
      case "socket":
        return void this.#socket.destroy();
      case "reset":
        return void this.#socket.resetAndDestroy();
    }
  }

  /** Node ends a stream that has nothing to write before it resets it, and the client would see a clean end. */
  #resetStream(code: number): void {
    if (this.#stream.headersSent) this.#stream.write(new Uint8Array());
    this.#stream.close(code);
  }
}
