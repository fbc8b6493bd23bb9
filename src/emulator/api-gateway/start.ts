import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocketApi, webSocketApi } from "./api.ts";
import { ManagementError } from "./management-error.ts";
import { refuseRequest } from "./management.ts";
import type { WebSocketApiOptions } from "./options.ts";

export interface StartedWebSocketApi extends WebSocketApi {
  /** Where clients connect: `ws://127.0.0.1:{port}/{stage}`. */
  readonly url: string;
  /** The management client's `endpoint`: `http://127.0.0.1:{port}/{stage}`. */
  readonly callbackUrl: string;
}

/** Starts an API on a server of its own, on loopback and any free port by default; rejects where the port is taken. */
export async function startWebSocketApi(
  options: WebSocketApiOptions & { readonly port?: number; readonly host?: string },
): Promise<StartedWebSocketApi> {
  const { host = "127.0.0.1", port = 0, stage } = options;
  const api = webSocketApi(options);
  const server = createServer((request, response) => {
    if (api.handle(request, response)) return;
    request.resume();
    refuseRequest(response, new ManagementError("ForbiddenException", "Forbidden"));
  });
  server.on("upgrade", api.upgrade.bind(api));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const authority = `${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    const stopped = new Promise((resolve) => server.close(resolve));
    await api.close();
    server.closeAllConnections();
    await stopped;
  };
  return {
    url: `ws://${authority}/${stage}`,
    callbackUrl: `http://${authority}/${stage}`,
    upgrade: api.upgrade.bind(api),
    handle: api.handle.bind(api),
    get connections() {
      return api.connections;
    },
    get connectionIds() {
      return api.connectionIds;
    },
    disconnect: api.disconnect.bind(api),
    close,
    [Symbol.asyncDispose]: close,
  };
}
