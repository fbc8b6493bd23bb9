/** An HTTP request as a Function URL or an HTTP API hands it to a function (payload format 2.0). */
export interface HttpEventV2 {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies?: readonly string[];
  readonly requestContext: { readonly domainName?: string; readonly http: { readonly method: string } };
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** The same as a REST API hands it over (payload format 1.0). */
export interface HttpEventV1 {
  readonly httpMethod: string;
  readonly path: string;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | null;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>> | null;
  readonly requestContext: { readonly domainName?: string };
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

export type HttpEvent = HttpEventV1 | HttpEventV2;

/** What a function behind a buffered integration answers with. */
export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export function isHttpEvent(event: unknown): event is HttpEvent {
  const { rawPath, httpMethod } = (event ?? {}) as Partial<HttpEventV2 & HttpEventV1>;
  return typeof rawPath === "string" || typeof httpMethod === "string";
}

/**
 * The web's form of the request. Behind a content network `Host` is the function's own: the name that the client used comes as
 * `X-Forwarded-Host`, which no page can set.
 */
export function requestOf(event: HttpEvent): Request {
  const { method, target, headers } = "rawPath" in event ? partsOfV2(event) : partsOfV1(event);
  const host = headers.get("x-forwarded-host") ?? headers.get("host") ?? event.requestContext.domainName ?? "localhost";
  headers.set("host", host);
  const body = bodyOf(event);
  return new Request(new URL(target, `https://${host}`), { method, headers, ...(body !== undefined && { body }) });
}

/** The response whole, for an integration that does not stream. */
export async function resultOf(response: Response): Promise<HttpResult> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isText = /^(text\/|application\/([\w.+-]+\+)?json)/i.test(response.headers.get("content-type") ?? "text/plain");
  return {
    ...metadataOf(response),
    body: bytes.toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}

/** Status and headers; cookies travel by themselves. */
export function metadataOf(response: Response): Pick<HttpResult, "statusCode" | "headers" | "cookies"> {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== "set-cookie"));
  return { statusCode: response.status, headers, cookies: response.headers.getSetCookie() };
}

interface Parts {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
}

function partsOfV2({ rawPath, rawQueryString, headers, cookies = [], requestContext }: HttpEventV2): Parts {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const all = new Headers(given);
  if (cookies.length > 0) all.set("cookie", cookies.join("; "));
  const target = rawQueryString === "" ? rawPath : `${rawPath}?${rawQueryString}`;
  return { method: requestContext.http.method, target, headers: all };
}

function partsOfV1(event: HttpEventV1): Parts {
  const headers = new Headers();
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    for (const value of values) headers.append(name, value);
  }
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    for (const value of values) query.append(name, value);
  }
  const target = query.size === 0 ? event.path : `${event.path}?${query}`;
  return { method: event.httpMethod, target, headers };
}

function bodyOf({ body, isBase64Encoded }: HttpEvent): string | Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined || body === null || body === "") return undefined;
  return isBase64Encoded === true ? new Uint8Array(Buffer.from(body, "base64")) : body;
}
