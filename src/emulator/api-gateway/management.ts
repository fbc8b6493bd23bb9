import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connection } from "./connection.ts";
import { isConnectionId } from "./connection-id.ts";
import { ManagementError } from "./management-error.ts";
import type { Settings } from "./options.ts";
import type { Throttle } from "./throttle.ts";

const CONNECTIONS = "@connections";

/** Plays `@connections`: what the API Gateway management client of the AWS SDK asks for, with the headers that it needs. */
export class Management {
  readonly #settings: Settings;
  /** The connections that are established, by their ids. */
  readonly #connections: ReadonlyMap<string, Connection>;

  readonly #throttle: Throttle;

  constructor(settings: Settings, connections: ReadonlyMap<string, Connection>, throttle: Throttle) {
    this.#settings = settings;
    this.#connections = connections;
    this.#throttle = throttle;
  }

  /** False where the request is for something else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = pathOf(request);
    if (path[0] !== this.#settings.stage || path[1] !== CONNECTIONS) return false;
    response.setHeader("x-amzn-requestid", randomUUID());
    this.#answer(request, response, path.slice(2)).catch((thrown: unknown) => refuseRequest(response, thrown));
    return true;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, [id, ...rest]: readonly string[]): Promise<void> {
    const { method } = request;
    if (id === undefined || rest.length > 0 || (method !== "POST" && method !== "GET" && method !== "DELETE")) {
      throw new ManagementError("ForbiddenException", "Forbidden");
    }
    if (!this.#throttle.take()) throw new ManagementError("LimitExceededException", "Too Many Requests");
    if (!isConnectionId(id)) throw new ManagementError("BadRequestException", `Invalid connectionId: ${id}`);
    if (method === "POST") return this.#post(id, request, response);
    const connection = this.#find(id);
    if (method === "DELETE") {
      connection.close(this.#settings.uncertain.deletedCloseCode);
      response.writeHead(204).end();
      return;
    }
    const { connectedAt, identity } = connection.facts;
    const lastActiveAt = new Date(connection.lastActiveAt).toISOString();
    writeJson(response, 200, { connectedAt: new Date(connectedAt).toISOString(), identity, lastActiveAt });
  }

  async #post(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request, this.#settings.limits.maxMessageBytes);
    if (!this.#find(id).send(body)) {
      throw new ManagementError("LimitExceededException", "The client does not read what was sent to it.");
    }
    response.writeHead(200, { "content-length": 0 }).end();
  }

  #find(id: string): Connection {
    const connection = this.#connections.get(id);
    if (connection?.open !== true) throw new ManagementError("GoneException", "Gone");
    return connection;
  }
}

/** The decoded segments; double slashes, which an endpoint with a trailing slash leads to, count as one. */
function pathOf(request: IncomingMessage): string[] {
  const [path = ""] = (request.url ?? "").split("?", 1);
  const segments = path.split("/").filter((segment) => segment !== "");
  return segments.map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Reads to the end even what is too large, so that the client hears the answer. */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  if (bytes > maxBytes) throw new ManagementError("PayloadTooLargeException", "Message too long");
  return Buffer.concat(chunks).toString("utf8");
}

/** Answers in the form that the SDK reads: without `x-amzn-errortype` it would know no more than the status. */
export function refuseRequest(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) return void response.destroy();
  const own = thrown instanceof ManagementError;
  const error = own ? thrown : new ManagementError("InternalServerException", "Internal server error");
  response.setHeader("x-amzn-errortype", error.name);
  writeJson(response, error.status, { message: error.message });
}

function writeJson(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
    .end(body);
}
