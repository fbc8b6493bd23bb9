/** Who is asking, as an authorizer told it. */
export interface Principal {
  /** Unique within the app; never empty. */
  readonly id: string;
  /** The customer, team or the like whose allowance it shares; unique within the app. Absent: it is one by itself. */
  readonly tenant?: string;
  /** Epoch milliseconds after which it no longer holds. */
  readonly expiresAt?: number;
  /** Whatever the authorizer wants the routes to know. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** How far two clocks may differ, milliseconds: a principal holds so long past its end. */
export const SKEW_MS = 5000;

/** Whether the principal's time is over. */
export function isOver({ expiresAt }: Principal, now: number): boolean {
  return expiresAt !== undefined && expiresAt + SKEW_MS <= now;
}

/** What an authorizer may look at. */
export interface Credentials {
  /** From the Authorization header or the WebSocket subprotocol `bearer.<token>`. */
  readonly token?: string;
  readonly header: (name: string) => string | undefined;
  readonly query: URLSearchParams;
}

/** Names the principal, or refuses: undefined is `unauthorized`, a thrown SluiceError is that error. */
export type Authorize = (credentials: Credentials) => Principal | undefined | Promise<Principal | undefined>;

/** One client link's place among owners and scopes (law 9). */
export interface Caller {
  readonly app: string;
  readonly principal: Principal | undefined;
  /** Owner of what it makes: the principal's id, or "" for anonymous. */
  readonly owner: string;
  /** Where its request ids and lists live. */
  readonly scope: string;
  /** The span that its link began with, as a `traceparent` header (W3C Trace Context). */
  readonly traceparent?: string;
}

/** Owner of anonymous records and blobs (law 9). */
export const ANONYMOUS = "anonymous";

/** Places a caller: by principal, else by the session that it holds, else by its connection alone. */
export function placeCaller(
  app: string,
  principal: Principal | undefined,
  session: string | undefined,
  connectionId: string,
): Caller {
  if (principal !== undefined) return { app, principal, owner: principal.id, scope: `${app}/u:${principal.id}` };
  const scope = session === undefined ? `${app}/c:${connectionId}` : `${app}/s:${session}`;
  return { app, principal, owner: "", scope };
}
