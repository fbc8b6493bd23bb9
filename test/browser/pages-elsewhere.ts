import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { pagesFrom } from "sluice/node";

/** The pages at an origin of their own, as CloudFront serves them: files, and a `/config.json` that says where the systems are. */
export class PagesElsewhere implements AsyncDisposable {
  readonly url: string;
  /** The body of `/config.json`; there is none until it is set. */
  config: object | undefined;
  /** Origins that the pages may connect to, besides their own. */
  connect: readonly string[] = [];
  readonly #server: Server;

  private constructor(server: Server, app: Hono, folder: string) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const page = pagesFrom(folder);
    app.get("/config.json", (c) => (this.config === undefined ? c.notFound() : c.json(this.config)));
    app.get("*", async (c) => {
      const response = (await page(c)) ?? (await c.notFound());
      const policy = response.headers.get("Content-Security-Policy");
      const sources = ["'self'", ...this.connect].join(" ");
      if (policy !== null) response.headers.set("Content-Security-Policy", `${policy}; connect-src ${sources}`);
      return response;
    });
  }

  static async from(folder: string): Promise<PagesElsewhere> {
    const app = new Hono();
    const server = createServer(getRequestListener(app.fetch));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new PagesElsewhere(server, app, folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
