import { Agent, type IncomingMessage, type ServerResponse, createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Stands before the @connections addresses of a WebSocket API, as far away as AWS's are. */
export interface SlowPosts extends AsyncDisposable {
  readonly url: string;
  /** Where they are. To be set before the first post. */
  target: string;
  /** Posts passed on so far. */
  posts: number;
}

/** Every post waits so long before it is passed on. */
export async function startSlowPosts(delayMs: number): Promise<SlowPosts> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const wait = request.method === "POST" ? delayMs : 0;
    if (request.method === "POST") slow.posts += 1;
    void pass(request, response, wait).catch(() => response.destroy());
  });
  const pass = async (request: IncomingMessage, response: ServerResponse, wait: number): Promise<void> => {
    const body = buffer(request);
    await new Promise((resolve) => void setTimeout(resolve, wait));
    const { method, url, headers } = request;
    const forward = ask(slow.target + url!, {
      method,
      agent,
      headers: { ...headers, host: new URL(slow.target).host },
    });
    forward.on("error", () => response.destroy());
    forward.on("response", (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    forward.end(await body);
  };
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const slow: SlowPosts = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: "",
    posts: 0,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
  return slow;
}
