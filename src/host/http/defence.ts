import { SluiceError } from "../../protocol/errors.ts";

/** What a browser's request says of where it comes from. */
export interface Provenance {
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

const LOOPBACK = /^(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Whether a `Host` header names this machine itself. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Refuses what a hostile page could make a browser send (PROTOCOL.md section 10): a `Host` that is neither a loopback
 * name nor one of ours (DNS rebinding), and an `Origin` that is neither our own nor allowed. No `Origin`: not a browser.
 */
export class Defence {
  readonly #origins: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #anyHost: boolean;

  /** `origins`: like `https://app.example.com`; their hosts may also be ours. `anyHost`: whoever stands in front has checked it. */
  constructor(origins: readonly string[], { anyHost = false }: { anyHost?: boolean } = {}) {
    this.#anyHost = anyHost;
    this.#origins = new Set(origins.map((origin) => new URL(origin).origin));
    this.#hosts = new Set(origins.map((origin) => new URL(origin).host.toLowerCase()));
  }

  /** Throws `forbidden` where the request must not be answered. */
  check(from: Provenance): void {
    this.checkHost(from);
    this.checkOrigin(from);
  }

  checkHost({ host }: Provenance): void {
    if (this.#anyHost) return;
    if (host !== undefined && (isLoopbackHost(host) || this.#hosts.has(host.toLowerCase()))) return;
    throw new SluiceError("forbidden", "This server does not answer to that host name.");
  }

  checkOrigin({ host, origin }: Provenance): void {
    if (origin === undefined || this.#allows(origin, host)) return;
    throw new SluiceError("forbidden", "Requests from that origin are not allowed.");
  }

  /** The CORS answer for an allowed foreign origin; nothing for our own. */
  corsHeaders({ host, origin }: Provenance): Record<string, string> {
    if (origin === undefined || !this.#allows(origin, host)) return {};
    return {
      "Access-Control-Allow-Origin": origin,
      "Access-Control-Expose-Headers": "Retry-After",
      Vary: "Origin",
    };
  }

  #allows(origin: string, host: string | undefined): boolean {
    return this.#origins.has(origin) || origin === `http://${host}` || origin === `https://${host}`;
  }
}

/** The CORS answer to a preflight. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
  "Access-Control-Allow-Headers":
    "Accept, Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Prefer, Sluice-Dialect, Sluice-Session",
  "Access-Control-Max-Age": "600",
};
