import { type RequestListener, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server on 127.0.0.1. */
export interface LoopbackServer extends AsyncDisposable {
  /** Like `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** Serves on loopback, on any free port where it is 0; rejects where the port is taken. */
export async function serveOnLoopback(answer: RequestListener, port = 0): Promise<LoopbackServer> {
  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close, [Symbol.asyncDispose]: close };
}
