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

/** So long one frame is offered: a connection is not dropped for being slow (law 7). */
const PATIENCE_MS = 120_000;
const HANG_UP_TRIES = 5;

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
  line(callbackUrl: string, ConnectionId: string): PostLine {
    const client = this.#client(callbackUrl);
    let hurried = false;
    return {
      post: (Data) => this.#post(client, { ConnectionId, Data }, () => hurried),
      hurry: () => void (hurried = true),
      hangUp: () => this.#hangUp(client, ConnectionId),
    };
  }

  async #post(client: Client, frame: Frame, hurried: () => boolean): Promise<Posted> {
    const begun = this.#clock.now();
    for (let tries = 1; ; tries += 1) {
      try {
        await client.send(new PostToConnectionCommand(frame));
        this.#took(this.#clock.now() - begun);
        return "taken";
      } catch (thrown) {
        const status = statusOf(thrown);
        if (status === GONE) return "gone";
        if (status === TOO_MANY && !hurried() && this.#clock.now() - begun < PATIENCE_MS) {
          await this.#pause(tries);
          continue;
        }
        const connectionId = frame.ConnectionId;
        this.#logger.warn({ err: thrown, connectionId }, "a frame may not have arrived: its connection is ended");
        await this.#hangUp(client, connectionId);
        return "gone";
      }
    }
  }

  /** It may be asked again and again: whoever is not let go would wait for ever. */
  async #hangUp(client: Client, ConnectionId: string): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId }));
        return true;
      } catch (thrown) {
        const status = statusOf(thrown);
        if (status === GONE) return true;
        const passes = status === undefined || status === TOO_MANY || status >= 500;
        if (passes && tries < HANG_UP_TRIES) {
          await this.#pause(tries);
          continue;
        }
        this.#logger.warn({ err: thrown, connectionId: ConnectionId }, "cannot hang up");
        return false;
      }
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
    // Many are refused at the same moment: they are not to come back at the same one.
    const ms = longest * (0.5 + Math.random() / 2);
    return new Promise((resolve) => void this.#clock.after(ms, resolve));
  }
}

const GONE = 410;
const TOO_MANY = 429;

type Client = ApiGatewayManagementApiClient;
type Frame = { readonly ConnectionId: string; readonly Data: string };

function statusOf(thrown: unknown): number | undefined {
  return (thrown as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
