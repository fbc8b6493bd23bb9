import { readFile } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, extname, join } from "node:path";
import { json } from "node:stream/consumers";
import { createUIMessageStream, pipeUIMessageStreamToResponse } from "ai";
import { WebSocketServer } from "ws";
import { type Speech, spoken } from "./speech.ts";

const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".css": "text/css" };

/** Serves the pages, and the answer to those that are not Sluice's: over a bare socket, and as the AI SDK's UI message stream. */
export class PageServer implements AsyncDisposable {
  readonly #folder: string;
  readonly #http = createServer((request, response) => void this.#answer(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#http, path: "/socket", perMessageDeflate: false });

  private constructor(folder: string) {
    this.#folder = folder;
    this.#sockets.on("connection", (socket) => {
      socket.on("message", (data: Buffer) => {
        void speakTo(JSON.parse(data.toString()) as Speech, (frame) => socket.send(JSON.stringify(frame)));
      });
    });
  }

  static async start(folder: string): Promise<PageServer> {
    const server = new PageServer(folder);
    await new Promise<void>((resolve) => server.#http.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, this.url);
    if (pathname === "/api/chat") return pipeMessages((await json(request)) as Speech, response);
    const name = basename(pathname);
    const type = TYPES[extname(name)];
    const body = type === undefined ? html(name) : await readFile(join(this.#folder, name)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, { "content-type": type ?? "text/html" }).end(body);
  }
}

/** One frame a chunk, and the whole text once more at the end. */
async function speakTo(speech: Speech, send: (frame: object) => void): Promise<void> {
  let fullContent = "";
  for await (const content of spoken(speech)) {
    fullContent += content;
    send({ type: "stream_chunk", content });
  }
  send({ type: "stream_complete", fullContent });
}

function pipeMessages(speech: Speech, response: ServerResponse): void {
  const stream = createUIMessageStream({
    async execute({ writer }) {
      writer.write({ type: "text-start", id: "0" });
      for await (const delta of spoken(speech)) writer.write({ type: "text-delta", id: "0", delta });
      writer.write({ type: "text-end", id: "0" });
    },
  });
  void pipeUIMessageStreamToResponse({ response, stream });
}

function html(page: string): string {
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${page}</title><link rel="icon" href="data:,">` +
    `<link rel="stylesheet" href="/${page}.css"></head><body><div id="root"></div>` +
    `<script type="module" src="/${page}.js"></script></body></html>`
  );
}
