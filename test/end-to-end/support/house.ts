import { PassThrough } from "node:stream";
import { request as httpRequest } from "node:http";
import { jwt } from "sluice/auth/jwt";
import { pinoLogger } from "sluice/node";
import { readEnvironment } from "../../../apps/environment.ts";
import { gatewaysFor } from "../../../apps/index.ts";
import { openSources } from "../../../apps/sources.ts";
import { type ServeOptions, type Server, serve } from "../../../src/host/node/index.ts";
import { memory } from "../../../src/store/memory.ts";
import { AUDIENCE, ISSUER, SECRET } from "./tokens.ts";

export const QUESTION = { projectId: "p1", userInput: "Night trains are back in Europe, from Vienna to Brussels." };

/** What makes a command ask for the tokens of tokens.ts. */
export const WITH_TOKENS = { SLUICE_JWT_SECRET: SECRET, SLUICE_JWT_ISSUER: ISSUER, SLUICE_JWT_AUDIENCE: AUDIENCE };

export interface House extends AsyncDisposable {
  readonly server: Server;
  readonly log: () => string;
}

interface HouseOptions extends Partial<ServeOptions> {
  /** Of the models; as many as go through by default. */
  readonly tokensPerSecond?: number;
}

/** All systems, with tokens; the log is kept at its finest. */
export async function startHouse({ tokensPerSecond = Infinity, ...options }: HouseOptions = {}): Promise<House> {
  const sources = await openSources({ kind: "offline", pace: { tokensPerSecond, firstTokenMs: 0 } });
  const out = new PassThrough();
  let log = "";
  out.on("data", (bytes: Buffer) => (log += bytes.toString("utf8")));
  const server = await serve(gatewaysFor(readEnvironment({})), {
    store: memory(),
    source: sources.of,
    port: 0,
    signals: false,
    authorize: jwt({ secret: SECRET, issuer: ISSUER, audience: AUDIENCE }),
    logger: pinoLogger("trace", out),
    ...options,
  });
  return {
    server,
    log: () => log,
    async [Symbol.asyncDispose]() {
      await server.close();
      await sources[Symbol.asyncDispose]();
    },
  };
}

export const bearer = (value: string): Record<string, string> => ({ Authorization: `Bearer ${value}` });

/** How a WebSocket upgrade was answered. */
export interface Upgrade {
  readonly status: number;
  /** The subprotocol that was chosen. */
  readonly protocol?: string | undefined;
  readonly challenge?: string | undefined;
}

/** The handshake alone, so that nothing is read into its answer. */
export function upgrade(
  url: string,
  protocols: readonly string[] = [],
  headers: Record<string, string> = {},
): Promise<Upgrade> {
  return new Promise((resolve, reject) => {
    const offer = protocols.length === 0 ? {} : { "Sec-WebSocket-Protocol": protocols.join(", ") };
    const asking = httpRequest(url, {
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        ...offer,
        ...headers,
      },
    });
    asking.on("upgrade", (answer, socket) => {
      socket.destroy();
      resolve({ status: 101, protocol: answer.headers["sec-websocket-protocol"] });
    });
    asking.on("response", (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode!, challenge: answer.headers["www-authenticate"] });
    });
    asking.on("error", reject);
    asking.end();
  });
}
