/** Implementations have event classes of their own. */
// oxlint-disable-next-line typescript/no-explicit-any
export type SocketListener = (event: any) => void;

/** What the client needs of a WebSocket: the browser's, Node's and the `ws` library's are of this shape. */
export interface SocketLike {
  readonly protocol: string;
  addEventListener(type: "open" | "message" | "error" | "close", listener: SocketListener): void;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** Opens a WebSocket. */
export type SocketConstructor = new (url: string, protocols?: string[]) => SocketLike;

/** The part of `fetch` that the client uses. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;
