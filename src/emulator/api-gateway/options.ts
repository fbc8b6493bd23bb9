import { type Clock, systemClock } from "../../clock.ts";
import { type Logger, silentLogger } from "../../logger.ts";
import type { LambdaFunction } from "../lambda/function.ts";

export interface WebSocketApiOptions {
  /** The path that clients connect to is `/{stage}`. */
  readonly stage: string;
  /** Route key to function: `$connect`, `$disconnect`, `$default` and own keys, which may not start with `$`. */
  readonly routes: Readonly<Record<string, LambdaFunction | WebSocketRoute>>;
  /** Asked at every `$connect`; its answers are never cached. */
  readonly authorizer?: WebSocketAuthorizer;
  /** Route selection expression; default `$request.body.action`. */
  readonly selection?: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** How events and ARNs name the API; by default made up. */
  readonly apiId?: string;
  readonly region?: string;
  readonly accountId?: string;
  /** What events call `domainName`; default: the Host that the client asked for, with its port. */
  readonly domainName?: () => string;
  readonly limits?: Partial<WebSocketApiLimits>;
  readonly uncertain?: Partial<Uncertainties>;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

export interface WebSocketRoute {
  readonly function: LambdaFunction;
  /** The body of the function's result goes to the client that sent the message; default false: it is dropped. */
  readonly twoWay?: boolean;
}

/** A REQUEST authorizer on `$connect`. */
export interface WebSocketAuthorizer {
  readonly function: LambdaFunction;
  /** Like `route.request.querystring.token`. Where one is missing or empty the client gets 401, and nobody is asked. */
  readonly identitySources: readonly string[];
}

/** API Gateway's quotas. Sizes in bytes, times in milliseconds. */
export interface WebSocketApiLimits {
  /** A frame from a client; a larger one closes the connection with 1009. */
  readonly maxFrameBytes: number;
  /** A message from a client (1009), or to one (413). */
  readonly maxMessageBytes: number;
  /** An authorizer's answer. */
  readonly maxAuthorizerBytes: number;
  /** Characters of the URL that a client connects to. */
  readonly maxUrlLength: number;
  /** Without a message in either direction for so long, a connection is closed. */
  readonly idleMs: number;
  /** So long a connection lasts at most. */
  readonly maxAgeMs: number;
  /** How long a function may take before its client is told that it failed. */
  readonly integrationTimeoutMs: number;
  /**
   * Bytes that wait for a client that does not read. Above it a post is answered with 429. What API Gateway does then is not
   * known; this number keeps the emulator's memory bounded.
   */
  readonly maxBufferedBytes: number;
  /**
   * Messages from clients and requests to `@connections` together; above it: a `Too Many Requests` frame (not documented), and
   * 429. Default: without end, since an account's quota (10,000) is not one API's.
   */
  readonly requestsPerSecond: number;
  /** New connections; above it: 429 (not documented). Default: without end; an account has 500. */
  readonly connectionsPerSecond: number;
}

/** What API Gateway does here is not documented; the defaults are guesses. */
export interface Uncertainties {
  /** Numbers and booleans of an authorizer's context reach the events as strings; default true. */
  readonly authorizerContextAsStrings: boolean;
  /** Status of the handshake where the authorizer throws exactly `Unauthorized`; default 401. */
  readonly unauthorizedStatus: number;
  /** Status where it throws anything else, or its answer has a bad shape; default 500. */
  readonly authorizerFailureStatus: number;
  /** Status where the `$connect` function throws, takes too long, or its result has a bad shape; default 502. */
  readonly connectFailureStatus: number;
  /** A handshake refused by the `$connect` function carries the body of its result; default false. */
  readonly sendConnectBody: boolean;
  /** A ping frame of the client counts as a message for the idle time; default false. */
  readonly pingKeepsAlive: boolean;
  /** Close code after `DELETE @connections`; default: none, which clients see as 1005. */
  readonly deletedCloseCode: number | undefined;
}

/** The options with their defaults. */
export interface Settings extends Required<
  Omit<WebSocketApiOptions, "authorizer" | "domainName" | "limits" | "uncertain">
> {
  readonly authorizer: WebSocketAuthorizer | undefined;
  readonly domainName: (() => string) | undefined;
  readonly limits: WebSocketApiLimits;
  readonly uncertain: Uncertainties;
}

const KILOBYTE = 1024;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** API Gateway's documented quotas, as far as they are an API's own. */
export const WEB_SOCKET_API_LIMITS: WebSocketApiLimits = {
  maxFrameBytes: 32 * KILOBYTE,
  maxMessageBytes: 128 * KILOBYTE,
  maxAuthorizerBytes: 8 * KILOBYTE,
  maxUrlLength: 4096,
  idleMs: 10 * MINUTE,
  maxAgeMs: 120 * MINUTE,
  integrationTimeoutMs: 29 * SECOND,
  maxBufferedBytes: KILOBYTE * KILOBYTE,
  requestsPerSecond: Number.POSITIVE_INFINITY,
  connectionsPerSecond: Number.POSITIVE_INFINITY,
};

const GUESSES: Uncertainties = {
  authorizerContextAsStrings: true,
  unauthorizedStatus: 401,
  authorizerFailureStatus: 500,
  connectFailureStatus: 502,
  sendConnectBody: false,
  pingKeepsAlive: false,
  deletedCloseCode: undefined,
};

export function settingsOf(options: WebSocketApiOptions): Settings {
  return {
    stage: options.stage,
    routes: options.routes,
    authorizer: options.authorizer,
    selection: options.selection ?? "$request.body.action",
    stageVariables: options.stageVariables ?? {},
    apiId: options.apiId ?? "emulated01",
    region: options.region ?? "us-east-1",
    accountId: options.accountId ?? "123456789012",
    domainName: options.domainName,
    limits: { ...WEB_SOCKET_API_LIMITS, ...options.limits },
    uncertain: { ...GUESSES, ...options.uncertain },
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
  };
}
