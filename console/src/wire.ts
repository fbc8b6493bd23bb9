import { type AnyGateway, type Client, createClient } from "sluice/client";
import { type SystemAddresses, addressesOf } from "./server-config.ts";

/** The page's one client, over WebSockets that can be cut by hand. */
export class Wire<System = AnyGateway> {
  readonly client: Client<System>;
  readonly #open = new Set<WebSocket>();

  private constructor(addresses: SystemAddresses, session: string) {
    const open = this.#open;
    class CuttableWebSocket extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        open.add(this);
        this.addEventListener("close", () => open.delete(this));
      }
    }
    this.client = createClient<System>({ ...addresses, session, WebSocket: CuttableWebSocket });
  }

  /**
   * Resolves once the page knows where the system is; never rejects.
   * `session` is the random id under which the server remembers this tab's request ids.
   */
  static async to<System>(system: string, session: string): Promise<Wire<System>> {
    return new Wire<System>(await addressesOf(system), session);
  }

  /** Closes the live WebSocket under the client, which is not told; false where none is open. What is on its way is lost. */
  cut(): boolean {
    const live = [...this.#open].filter((socket) => socket.readyState === WebSocket.OPEN);
    for (const socket of live) socket.close(4000, "cut by hand");
    return live.length > 0;
  }
}
