import type { OwnData } from "./context.ts";
import type { JsonObject } from "./protocol/json.ts";

/** What every request to an app's own endpoint brings. */
interface EndpointCall extends OwnData {
  /** Values of the `:name` segments, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** One HTTP request to an endpoint that takes JSON. */
export interface EndpointRequest extends EndpointCall {
  /** The JSON body; an empty object where the method has none. */
  readonly body: JsonObject;
}

/** One HTTP request to an endpoint that takes bytes. */
export interface BytesRequest extends EndpointCall {
  /** The content type in lower case, without its parameters; empty where the client named none. */
  readonly mediaType: string;
  /**
   * The body as it comes, which may be read once; nobody else limits its size. It throws `bad_request` where the client
   * breaks off. What the handler leaves unread is not kept.
   */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface EndpointAnswer {
  readonly status: number;
  readonly body?: JsonObject;
}

/** Something an app offers beside its routes, over HTTP only: small documents, lists, uploads. */
export type Endpoint = JsonEndpoint | BytesEndpoint;

export interface JsonEndpoint {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Below `/{app}`, with `:name` segments: `/projects/:projectId/cards`. */
  readonly path: string;
  readonly takes?: "json";
  readonly handle: (request: EndpointRequest) => Promise<EndpointAnswer>;
}

/** The handler names the content types that it takes: a browser asks the server before it sends any but a form's. */
export interface BytesEndpoint {
  readonly method: "PUT" | "POST";
  readonly path: string;
  readonly takes: "bytes";
  readonly handle: (request: BytesRequest) => Promise<EndpointAnswer>;
}
