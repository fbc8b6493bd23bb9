import type { OwnData } from "./context.ts";
import type { JsonObject } from "./protocol/json.ts";

/** One HTTP request to an app's own endpoint. */
export interface EndpointRequest extends OwnData {
  /** Values of the `:name` segments, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body; an empty object where the method has none. */
  readonly body: JsonObject;
}

export interface EndpointAnswer {
  readonly status: number;
  readonly body?: JsonObject;
}

/** Something an app offers beside its routes, over HTTP only: small documents, lists. */
export interface Endpoint {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** Below `/{app}`, with `:name` segments: `/projects/:projectId/cards`. */
  readonly path: string;
  readonly handle: (request: EndpointRequest) => Promise<EndpointAnswer>;
}
