import { serveStatic } from "@hono/node-server/serve-static";
import type { Context } from "hono";

const SECURITY_HEADERS = {
  "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/** Serves a folder of built pages. */
export function pagesFrom(folder: string): (c: Context) => Promise<Response | undefined> {
  const serveFile = serveStatic({ root: folder });
  return async (c) => {
    const response = await serveFile(c, async () => {});
    if (!(response instanceof Response)) return undefined;
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
    return response;
  };
}
