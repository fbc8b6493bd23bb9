import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createClient } from "./client.ts";

/** The `authorization` header that a request carries. */
async function authorizationOf(clientOf: (endpoint: string) => ReturnType<typeof createClient>): Promise<string> {
  const server = createServer();
  onTestFinished(() => void server.close());
  const { promise, resolve } = Promise.withResolvers<string>();
  server.on("stream", (stream, headers) => {
    resolve(headers.authorization ?? "");
    stream.respond({ ":status": 400 }, { endStream: true });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const client = clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => client.destroy());
  await client.send(new ConverseCommand({ modelId: "m", messages: [] })).catch(() => {});
  return promise;
}

describe("with an endpoint on loopback", () => {
  beforeEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
    vi.stubEnv("HOME", "/nonexistent");
  });
  afterEach(() => vi.unstubAllEnvs());

  test("no AWS configuration is needed", async () => {
    expect(await authorizationOf((endpoint) => createClient({ endpoint }))).toMatch(
      /Credential=offline\/\d+\/us-east-1\//,
    );
  });

  test("no credentials of the environment are sent", async () => {
    vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", "secret-token");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "REALKEY");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret-key");
    expect(await authorizationOf((endpoint) => createClient({ endpoint }))).toContain("Credential=offline/");
  });

  test("credentials and a region that are given count", async () => {
    const credentials = { accessKeyId: "given", secretAccessKey: "given" };
    const clientOf = (endpoint: string) => createClient({ endpoint, credentials, region: "eu-west-1" });
    expect(await authorizationOf(clientOf)).toMatch(/Credential=given\/\d+\/eu-west-1\//);
  });
});
