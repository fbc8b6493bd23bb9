// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { Client } from "../client/client.ts";
import type { ConnectionState } from "../client/connection-state.ts";
import { Listeners } from "../client/listeners.ts";
import { ConnectionStatus } from "./connection-status.tsx";
import { mount } from "./test-support/mount.ts";

it("says the state and the transport as two things, when it comes back, and offers to come back now", async () => {
  const listeners = new Listeners();
  let reconnects = 0;
  const client = {
    connection: { state: "open", transport: "sse", attempt: 0 } as ConnectionState,
    subscribe: (listener: () => void) => listeners.add(listener),
    reconnect: () => (reconnects += 1),
  };
  const { element, does } = await mount(<ConnectionStatus client={client as unknown as Client} />);
  const status = element.querySelector('[role="status"]')!;
  const turns = (connection: ConnectionState): Promise<void> =>
    does(() => {
      client.connection = connection;
      listeners.tell();
    });
  expect([status.textContent, element.querySelector("button")]).toEqual(["LiveSSE", null]);

  await turns({ state: "waiting", transport: "sse", attempt: 2, retryAt: Date.now() + 60_000 });
  expect(status.textContent).toBe("Reconnecting");
  expect(element.textContent).toMatch(/in (59|60) s/);
  await does(() => element.querySelector("button")!.click());
  expect(reconnects).toBe(1);

  await turns({ state: "connecting", transport: "poll", attempt: 3 });
  expect([status.textContent, element.querySelector("button")]).toEqual(["ConnectingLong poll", null]);
});
