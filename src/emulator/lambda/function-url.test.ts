import { once } from "node:events";
import { type Server, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FunctionUrlOptions, functionUrl } from "./function-url.ts";
import { localFunction } from "./local-function.ts";

const HANDLERS = join(import.meta.dirname, "test-support/handlers.ts");

async function served(
  exported: string,
  options: FunctionUrlOptions,
  output: (line: string) => void = () => {},
): Promise<string> {
  const fn = localFunction({ name: "f", path: HANDLERS, export: exported, output });
  const answer = functionUrl(fn, options);
  const server: Server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await fn.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const STREAM = { mode: "RESPONSE_STREAM" } as const;

describe("a Function URL", () => {
  it("hands on the request in payload format 2.0, and answers with the handler's result", async () => {
    const url = await served("echoesHttp", {});
    const response = await fetch(`${url}/a/b%20c?x=1&y=2`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: "one=1; two=2", "X-Mixed": "M" },
      body: '{"é":1}',
    });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.json()).toMatchObject({
      version: "2.0",
      rawPath: "/a/b%20c",
      rawQueryString: "x=1&y=2",
      cookies: ["one=1", "two=2"],
      headers: { "x-mixed": "M", "content-type": "application/json" },
      requestContext: { http: { method: "POST", path: "/a/b%20c" }, domainName: new URL(url).host },
      body: '{"é":1}',
      isBase64Encoded: false,
    });
  });

  it("hands on bytes in base64", async () => {
    const url = await served("echoesHttp", {});
    const body = new Uint8Array([0, 255, 1]);
    const response = await fetch(url, { method: "POST", headers: { "content-type": "image/png" }, body });
    expect(await response.json()).toMatchObject({ body: "AP8B", isBase64Encoded: true });
  });

  it("streams: metadata first, then the pieces as they come", async () => {
    const url = await served("streams", STREAM);
    const response = await fetch(`${url}/?pieces=50&size=1000`);
    expect([response.status, response.headers.get("x-kind")]).toEqual([203, "stream"]);
    expect(await response.text()).toBe("x".repeat(50_000));
  });

  it("streams: a client that does not read holds the handler up; one that leaves ends its stream", async () => {
    const closed = Promise.withResolvers<void>();
    const url = await served("streams", STREAM, (line) => line === "closed" && closed.resolve());
    const request = get(`${url}/?pieces=100000&size=65536`);
    const [response] = await once(request, "response");
    (response as { pause(): void }).pause();
    request.destroy();
    request.on("error", () => {});
    await closed.promise;
  });

  it("streams: a client that leaves while nothing is written ends the handler's stream", async () => {
    const closed = Promise.withResolvers<void>();
    const url = await served("idles", STREAM, (line) => line === "closed" && closed.resolve());
    const request = get(url);
    const [response] = await once(request, "response");
    await once(response as NodeJS.EventEmitter, "data");
    request.on("error", () => {});
    request.destroy();
    await closed.promise;
  });

  it("fails with 502, and goes on, where the handler's metadata are no HTTP", async () => {
    const url = await served("badHeader", STREAM);
    for (let attempt = 0; attempt < 2; attempt += 1) expect((await fetch(url)).status).toBe(502);
  });

  it("streams: a slow reader leaves no listeners behind", async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", hear);
    onTestFinished(() => void process.off("warning", hear));
    const url = await served("streams", STREAM);
    const response = await fetch(`${url}/?pieces=200&size=262144`);
    expect((await response.arrayBuffer()).byteLength).toBe(200 * 262_144);
    expect(warnings).toEqual([]);
  });

  it("fails with 502 before its metadata, and is cut off after them", async () => {
    const url = await served("streams", STREAM);
    const early = await fetch(`${url}/?early=1`);
    expect([early.status, await early.json()]).toEqual([502, { Message: "Internal Server Error" }]);
    const late = await fetch(`${url}/?pieces=1&size=10&late=1`);
    await expect(late.text()).rejects.toThrow("terminated");
  });

  it("refuses what is larger than 6 MB", async () => {
    const url = await served("echoesHttp", {});
    const response = await fetch(url, { method: "POST", body: "x".repeat(6 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
  });
});
