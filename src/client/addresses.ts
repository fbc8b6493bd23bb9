/** Where a system is: one address, or two where WebSocket and HTTP differ, as on AWS. */
export type AddressOptions =
  | { readonly url: string; readonly wsUrl?: never; readonly httpUrl?: never }
  | { readonly wsUrl: string; readonly httpUrl: string; readonly url?: never };

export interface Addresses {
  readonly ws: URL;
  /** Without a slash at its end. */
  readonly http: string;
}

/** Resolves the addresses; relative ones stand against the page's own. Throws a TypeError where there is no page. */
export function addressesOf(options: AddressOptions): Addresses {
  const page = (globalThis as { location?: { href?: string } }).location?.href;
  const ws = new URL(options.url ?? options.wsUrl, page);
  ws.protocol = ws.protocol.replace(/^http/, "ws");
  ws.pathname = trimmed(ws.pathname);
  ws.hash = "";
  const http = new URL(options.url ?? options.httpUrl, page);
  http.protocol = http.protocol.replace(/^ws/, "http");
  return { ws, http: http.origin + trimmed(http.pathname) };
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, "");
}
