import {
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { Client } from "./test-support/client.ts";
import { Lab, managementClient } from "./test-support/lab.ts";

const KILOBYTE = 1024;
const NEVER = "AAAAAAAAAAAAAAA=";

/** A client, and the id that the API knows it by. */
async function connected(lab: Lab): Promise<{ client: Client; id: string }> {
  const client = await lab.connect();
  return { client, id: lab.api.connectionIds.at(-1)! };
}

describe("@connections for the AWS SDK (AWS facts 1.9)", () => {
  it("posts texts and bytes to a client as text", async () => {
    const lab = await Lab.start();
    const { client, id } = await connected(lab);
    expect(id).toMatch(/=$/);
    const binary = new Promise((resolve) => client.ws.on("message", (_data, isBinary) => resolve(isBinary)));
    await lab.post(id, "grüße");
    await lab.post(id, new TextEncoder().encode('{"a":1}'));
    await expect(client.next()).resolves.toBe("grüße");
    await expect(client.nextJson()).resolves.toEqual({ a: 1 });
    await expect(binary).resolves.toBe(false);
  });

  it("answers with a request id", async () => {
    const lab = await Lab.start();
    const { id } = await connected(lab);
    const { $metadata } = await lab.sdk.send(new PostToConnectionCommand({ ConnectionId: id, Data: "x" }));
    expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: expect.any(String), attempts: 1 });
  });

  it("delivers to the one client only", async () => {
    const lab = await Lab.start();
    const [first, second] = [await connected(lab), await connected(lab)];
    await lab.post(first.id, "for the first");
    await lab.post(second.id, "for the second");
    await expect(first.client.next()).resolves.toBe("for the first");
    await expect(second.client.next()).resolves.toBe("for the second");
  });

  it("tells of a connection, with dates", async () => {
    const clock = new FakeClock(1_700_000_000_000);
    const lab = await Lab.start({ clock });
    await lab.connect("", { headers: { "User-Agent": "test/1" } });
    const [id] = lab.api.connectionIds;
    await clock.advance(5000);
    await lab.post(id!, "x");
    await clock.advance(5000);
    const { ConnectedAt, LastActiveAt, Identity } = await lab.get(id!);
    expect(ConnectedAt).toEqual(new Date(1_700_000_000_000));
    expect(LastActiveAt).toEqual(new Date(1_700_000_005_000));
    expect(Identity).toEqual({ SourceIp: "127.0.0.1", UserAgent: "test/1" });
  });

  it("speaks in the members of the wire", async () => {
    const lab = await Lab.start();
    const { id } = await connected(lab);
    const response = await fetch(`${lab.api.callbackUrl}/@connections/${encodeURIComponent(id)}`);
    expect(response.headers.get("content-type")).toBe("application/json");
    const iso = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const expected = { connectedAt: iso, identity: { sourceIp: "127.0.0.1" }, lastActiveAt: iso };
    await expect(response.json()).resolves.toEqual(expected);
  });

  it("deletes a connection, which is gone from then on", async () => {
    const lab = await Lab.start();
    const { client, id } = await connected(lab);
    const { $metadata } = await lab.sdk.send(new DeleteConnectionCommand({ ConnectionId: id }));
    expect($metadata.httpStatusCode).toBe(204);
    for (const ask of [() => lab.post(id, "x"), () => lab.get(id), () => lab.delete(id)]) {
      await expect(ask()).rejects.toBeInstanceOf(GoneException);
    }
    expect((await client.closed).code).toBe(1005);
  });

  it("closes a deleted connection with the configured code (not documented)", async () => {
    const lab = await Lab.start({ uncertain: { deletedCloseCode: 1000 } });
    const { client, id } = await connected(lab);
    await lab.delete(id);
    expect((await client.closed).code).toBe(1000);
  });

  it("a client that left, and one that never was, are gone: the SDK's GoneException", async () => {
    const lab = await Lab.start();
    const { client, id } = await connected(lab);
    client.ws.close();
    await client.closed;
    await expect(lab.post(id, "x")).rejects.toBeInstanceOf(GoneException);
    await expect(lab.post(NEVER, "x")).rejects.toMatchObject({
      name: "GoneException",
      $metadata: { httpStatusCode: 410, attempts: 1 },
    });
  });

  it("an id that cannot be one is a BadRequestException", async () => {
    const lab = await Lab.start();
    for (const id of ["unknown", "a=b/c+d", "5a6a1bfa-6b0d-4a77-8a5f-3e0e8c1c2d3e", "%zz"]) {
      await expect(lab.post(id, "x")).rejects.toMatchObject({
        name: "BadRequestException",
        message: `Invalid connectionId: ${id}`,
        $metadata: { httpStatusCode: 400 },
      });
    }
  });

  it("takes 128 KB, and answers 413 above", async () => {
    const lab = await Lab.start();
    const { client, id } = await connected(lab);
    await lab.post(id, "x".repeat(128 * KILOBYTE));
    await expect(client.next()).resolves.toHaveLength(128 * KILOBYTE);
    await expect(lab.post(id, "x".repeat(128 * KILOBYTE + 1))).rejects.toBeInstanceOf(PayloadTooLargeException);
    await expect(lab.post(id, "x".repeat(8 * KILOBYTE * KILOBYTE))).rejects.toMatchObject({
      name: "PayloadTooLargeException",
      $metadata: { httpStatusCode: 413, attempts: 1 },
    });
    await lab.post(id, "after");
    await expect(client.next()).resolves.toBe("after");
  });

  it("another stage, another path and another method are forbidden", async () => {
    const lab = await Lab.start();
    const { id } = await connected(lab);
    const other = managementClient(lab.api.callbackUrl.replace("titles", "images"));
    const command = new GetConnectionCommand({ ConnectionId: id });
    await expect(other.send(command)).rejects.toBeInstanceOf(ForbiddenException);
    const paths = ["/@connections", `/@connections/${encodeURIComponent(id)}/more`, "", "/other"];
    for (const path of paths) {
      const { status, headers } = await fetch(lab.api.callbackUrl + path);
      expect([path, status, headers.get("x-amzn-errortype")]).toEqual([path, 403, "ForbiddenException"]);
    }
    const put = await fetch(`${lab.api.callbackUrl}/@connections/${encodeURIComponent(id)}`, { method: "PUT" });
    expect(put.status).toBe(403);
  });

  it("takes an endpoint with a trailing slash, %40connections, and ids that are not encoded", async () => {
    const lab = await Lab.start();
    const { client, id } = await connected(lab);
    const slash = managementClient(`${lab.api.callbackUrl}/`);
    await slash.send(new PostToConnectionCommand({ ConnectionId: id, Data: "slash" }));
    await expect(client.next()).resolves.toBe("slash");
    for (const path of [`/%40connections/${encodeURIComponent(id)}`, `/@connections/${id}`]) {
      const { status } = await fetch(lab.api.callbackUrl + path, { method: "POST", body: path });
      expect(status).toBe(200);
      await expect(client.next()).resolves.toBe(path);
    }
  });

  it("is found by the SDK's own variable", async () => {
    const lab = await Lab.start();
    const { client, id } = await connected(lab);
    process.env["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"] = lab.api.callbackUrl;
    try {
      await managementClient().send(new PostToConnectionCommand({ ConnectionId: id, Data: "found" }));
    } finally {
      delete process.env["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"];
    }
    await expect(client.next()).resolves.toBe("found");
  });

  it("takes 200 posts at once, and delivers each of them once", async () => {
    const lab = await Lab.start();
    const { client, id } = await connected(lab);
    const texts = Array.from({ length: 200 }, (_, index) => `message ${index}`);
    await Promise.all(texts.map((text) => lab.post(id, text)));
    const received: string[] = [];
    while (received.length < texts.length) received.push(await client.next());
    expect(received.toSorted()).toEqual(texts.toSorted());
  });

  it("a client that reads nothing makes posts fail with 429, and loses none that were taken (not documented)", async () => {
    const maxBufferedBytes = 256 * KILOBYTE;
    const lab = await Lab.start({ limits: { maxBufferedBytes } });
    const { client, id } = await connected(lab);
    client.ws.pause();
    let taken = 0;
    let refusal: unknown;
    while (refusal === undefined) {
      await lab.post(id, `${taken} ${"x".repeat(100 * KILOBYTE)}`).then(
        () => (taken += 1),
        (thrown: unknown) => (refusal = thrown),
      );
    }
    expect(refusal).toBeInstanceOf(LimitExceededException);
    expect(refusal).toMatchObject({ $metadata: { httpStatusCode: 429 } });
    client.ws.resume();
    for (let index = 0; index < taken; index += 1) expect((await client.next()).split(" ", 1)).toEqual([`${index}`]);
    await lab.post(id, "on");
    await expect(client.next()).resolves.toBe("on");
  });
});
