import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../logger.ts";
import type { PostLine, Posted } from "../../transport/post.ts";

/** A post that was refused for being one too many is tried again after so long, then twice as long, and so on. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1600;
const MOST_TRIES = 12;

/** A post that is not answered for so long has an unknown outcome, milliseconds. */
export const ANSWER_MS = 10_000;

/**
 * Posts frames through API Gateway's @connections. The SDK makes one attempt: a frame whose outcome is unknown is never posted
 * again, since it would be shown twice; its connection is ended instead, and the client comes back with its own offset (law 3).
 */
export class Posts {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #took: (ms: number) => void;
  readonly #clients = new Map<string, ApiGatewayManagementApiClient>();

  /** `took`: hears how long each frame took that was taken, milliseconds. */
  constructor(clock: Clock, logger: Logger, took: (ms: number) => void) {
    this.#clock = clock;
    this.#logger = logger;
    this.#took = took;
  }

  /** The way to one connection. */
  line(callbackUrl: string, connectionId: string): PostLine {
    return {
      post: (json) => this.#post(callbackUrl, connectionId, json),
      hangUp: () => this.#hangUp(callbackUrl, connectionId),
    };
  }

  async #post(callbackUrl: string, ConnectionId: string, json: string): Promise<Posted> {
    const command = new PostToConnectionCommand({ ConnectionId, Data: json });
    const begun = this.#clock.now();
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#client(callbackUrl).send(command);
        this.#took(this.#clock.now() - begun);
        return "taken";
      } catch (thrown) {
        const status = statusOf(thrown);
        if (status === GONE) return "gone";
        if (status === TOO_MANY && tries < MOST_TRIES) {
          await this.#pause(tries);
          continue;
        }
        this.#logger.warn(
          { err: thrown, connectionId: ConnectionId },
          "a frame may not have arrived: its connection is ended",
        );
        await this.#hangUp(callbackUrl, ConnectionId);
        return "gone";
      }
    }
  }

  async #hangUp(callbackUrl: string, ConnectionId: string): Promise<void> {
    try {
      await this.#client(callbackUrl).send(new DeleteConnectionCommand({ ConnectionId }));
    } catch (thrown) {
      if (statusOf(thrown) !== GONE) this.#logger.warn({ err: thrown, connectionId: ConnectionId }, "cannot hang up");
    }
  }

  #client(endpoint: string): ApiGatewayManagementApiClient {
    let client = this.#clients.get(endpoint);
    if (client === undefined) {
      client = new ApiGatewayManagementApiClient({
        endpoint,
        maxAttempts: 1,
        requestHandler: { requestTimeout: ANSWER_MS, connectionTimeout: ANSWER_MS, throwOnRequestTimeout: true },
      });
      this.#clients.set(endpoint, client);
    }
    return client;
  }

  #pause(tries: number): Promise<void> {
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
    return new Promise((resolve) => void this.#clock.after(longest, resolve));
  }
}

const GONE = 410;
const TOO_MANY = 429;

function statusOf(thrown: unknown): number | undefined {
  return (thrown as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
