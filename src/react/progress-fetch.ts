import type { FetchLike } from "../client/socket.ts";

/** A `fetch` that tells how many bytes have left: the browser's own does not. */
export function progressFetch(tell: (loaded: number) => void): FetchLike {
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const request = new XMLHttpRequest();
      request.open(method!, url);
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", ({ loaded }) => tell(loaded));
      request.addEventListener("load", () =>
        resolve(new Response(request.responseText || null, { status: request.status, headers: headersOf(request) })),
      );
      for (const type of ["error", "abort"]) {
        request.addEventListener(type, () => reject(new TypeError("The upload did not get through.")));
      }
      signal?.addEventListener("abort", () => request.abort());
      request.send(body as XMLHttpRequestBodyInit);
    });
}

/** What the answer's headers are: one a line. */
function headersOf(request: XMLHttpRequest): Headers {
  const headers = new Headers();
  for (const line of request.getAllResponseHeaders().split("\r\n")) {
    const [name, ...value] = line.split(":");
    if (name) headers.append(name, value.join(":").trim());
  }
  return headers;
}
