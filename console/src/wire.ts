import { type Client, type RouteResult, type Run, createClient } from "sluice/client";
import type { titles } from "../../apps/titles/index.ts";

export type TitlesClient = Client<typeof titles>;
export type TitlesRun = Run<RouteResult<typeof titles, "stream">>;

/** The page's one client, over WebSockets that can be cut by hand. */
export class Wire {
  readonly client: TitlesClient;
  readonly #open = new Set<WebSocket>();

  /** `session` is the random id under which the server remembers this tab's request ids. */
  constructor(session: string) {
    const open = this.#open;
    class CuttableWebSocket extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        open.add(this);
        this.addEventListener("close", () => open.delete(this));
      }
    }
    this.client = createClient<typeof titles>({ url: "/titles", session, WebSocket: CuttableWebSocket });
  }

  /** Closes the live WebSocket under the client, which is not told; false where none is open. What is on its way is lost. */
  cut(): boolean {
    const live = [...this.#open].filter((socket) => socket.readyState === WebSocket.OPEN);
    for (const socket of live) socket.close(4000, "cut by hand");
    return live.length > 0;
  }
}
