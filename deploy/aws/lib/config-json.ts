import type { StreamingGateway } from "./streaming-gateway.ts";

/** The WebSocket subprotocol of Sluice's own dialect (PROTOCOL.md). */
const NATIVE_SUBPROTOCOL = "sluice.v1";

/** The body of `/config.json`, as the Node host gives it; here WebSocket and HTTP are at two addresses. */
export function configJson(
  gateways: readonly Pick<StreamingGateway, "app" | "wsUrl">[],
  features: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const apps = Object.fromEntries(gateways.map(({ app, wsUrl }) => [app, { httpUrl: `/${app}`, wsUrl }]));
  return { apps, subprotocol: NATIVE_SUBPROTOCOL, ...features };
}
