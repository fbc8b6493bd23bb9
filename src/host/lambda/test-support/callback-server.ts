import { once } from "node:events";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";

/** One request to `@connections`. */
export interface Callback {
  readonly method: string;
  readonly connectionId: string;
  readonly body: string;
}

/** A status, or the connection is cut; or whatever comes of a promise. */
export type CallbackAnswer = number | "cut";

const OK = 200;
const NO_CONTENT = 204;

/** Plays `@connections` as a test says, for what API Gateway does too seldom to wait for it. */
export class CallbackServer {
  readonly url: string;
  /** What came, oldest first. */
  readonly requests: Callback[] = [];
  /** How a request is answered; undefined: as if all were well. */
  answers: (request: Callback) => CallbackAnswer | Promise<CallbackAnswer> | undefined = () => undefined;
  #changed = Promise.withResolvers<void>();

  private constructor(server: Server) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/app`;
    server.on("request", (request, response) => void this.#handle(request, response));
  }

  /** Serves until the test has ended, to an SDK that finds its credentials in the environment. */
  static async start(): Promise<CallbackServer> {
    stubCredentials();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return new CallbackServer(server);
  }

  /** The bodies that were posted to a connection, in the order in which they came. */
  posted(connectionId: string): string[] {
    const posts = this.requests.filter((each) => each.method === "POST" && each.connectionId === connectionId);
    return posts.map(({ body }) => body);
  }

  /** How many times a connection was asked to be ended. */
  deleted(connectionId: string): number {
    return this.requests.filter((each) => each.method === "DELETE" && each.connectionId === connectionId).length;
  }

  /** Waits until the requests are as asked. */
  async until(reached: () => boolean): Promise<void> {
    while (!reached()) await this.#changed.promise;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const [connectionId] = /[^/]+$/.exec(request.url!)!;
    const callback: Callback = {
      method: request.method!,
      connectionId: decodeURIComponent(connectionId),
      body: Buffer.concat(chunks).toString("utf8"),
    };
    this.requests.push(callback);
    const answer = this.answers(callback);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
    const status = (await answer) ?? (request.method === "DELETE" ? NO_CONTENT : OK);
    if (status === "cut") return void response.destroy();
    response.writeHead(status).end();
  }
}

/** Region and credentials of nobody, until the test has ended. */
export function stubCredentials(): void {
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "home");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "home");
  onTestFinished(() => void vi.unstubAllEnvs());
}
