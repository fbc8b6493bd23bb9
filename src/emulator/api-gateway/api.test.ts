import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type WebSocketApi, webSocketApi } from "./index.ts";
import { Client } from "./test-support/client.ts";
import { inProcess } from "./test-support/in-process.ts";

interface Mounted {
  readonly apis: Readonly<Record<string, WebSocketApi>>;
  /** Host and port. */
  readonly host: string;
}

/** Two APIs on one server, which has other things to do as well. */
async function mount(): Promise<Mounted> {
  const apis: Record<string, WebSocketApi> = {};
  for (const stage of ["titles", "images"]) {
    const $default = inProcess(stage, () => ({ statusCode: 200, body: stage }));
    apis[stage] = webSocketApi({ stage, routes: { $default: { function: $default, twoWay: true } } });
  }
  const server = createServer((request, response) => {
    if (Object.values(apis).some((api) => api.handle(request, response))) return;
    response.end("something else");
  });
  server.on("upgrade", (request, socket, head) => {
    apis[request.url!.split("/")[1]!]!.upgrade(request, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await Promise.all(Object.values(apis).map((api) => api.close()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { apis, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe("an API on somebody's own server", () => {
  it("shares it with other stages and other requests", async () => {
    const { apis, host } = await mount();
    for (const [stage, api] of Object.entries(apis)) {
      const client = await Client.connect(`ws://${host}/${stage}`);
      client.send("who");
      await expect(client.next()).resolves.toBe(stage);
      const [id] = api.connectionIds;
      const posted = await fetch(`http://${host}/${stage}/@connections/${id}`, { method: "POST", body: "hello" });
      expect(posted.status).toBe(200);
      await expect(client.next()).resolves.toBe("hello");
    }
    await expect((await fetch(`http://${host}/titles/cards`)).text()).resolves.toBe("something else");
    const [titlesId] = apis["titles"]!.connectionIds;
    const elsewhere = await fetch(`http://${host}/images/@connections/${titlesId}`);
    expect(elsewhere.status).toBe(410);
  });

  it("whoever comes after it has closed gets 503", async () => {
    const { apis, host } = await mount();
    await apis["titles"]!.close();
    await expect(Client.refusal(`ws://${host}/titles`)).resolves.toMatchObject({ status: 503 });
    const client = await Client.connect(`ws://${host}/images`);
    client.send("who");
    await expect(client.next()).resolves.toBe("images");
  });
});
