import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetConnectionCommand, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Client, type ConnectOptions } from "../emulator/api-gateway/test-support/client.ts";
import { managementClient } from "../emulator/api-gateway/test-support/lab.ts";
import { type Emulating, emulating } from "./test-support/command.ts";

const EXAMPLE = "examples/websocket-echo/handler.ts";
const TOKEN = "?token=let-me-in";

async function connect(url: string, options?: ConnectOptions): Promise<Client> {
  const client = await Client.connect(url, options);
  onTestFinished(() => client.ws.terminate());
  return client;
}

async function handlerFile(code: string): Promise<{ folder: string; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-emulate-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "handler.mjs");
  await writeFile(path, code);
  return { folder, path };
}

describe("the example behind `sluice emulate`, as section 1 of the AWS facts says", () => {
  let emulator: Emulating;
  let end: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    const of = (name: string): string => `${EXAMPLE}#${name}`;
    const routes = {
      $connect: "connect",
      $disconnect: "disconnect",
      $default: "echo",
      broken: "broken",
      count: "count",
    };
    const args = [
      ...Object.entries(routes).flatMap(([key, name]) => ["--route", `${key}=${of(name)}`]),
      "--two-way=count",
      `--authorizer=${of("authorize")}`,
      "--identity-source=route.request.querystring.token",
    ];
    emulator = await emulating(args, (how) => (end = how));
  });
  afterAll(() => end?.());

  it("1.2: clients connect to the stage, and the callback URL is the same over HTTP", () => {
    expect(emulator.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/dev$/);
    expect(emulator.callbackUrl).toBe(emulator.url.replace("ws:", "http:"));
  });

  it("1.4: the handshake is 101 where the $connect function agrees, and has its status where it does not", async () => {
    await connect(emulator.url + TOKEN);
    const refused = await Client.refusal(`${emulator.url}${TOKEN}&name=${"x".repeat(21)}`);
    expect(refused.status).toBe(400);
  });

  it("1.4: the subprotocol is the one that the $connect function picks, and none by itself", async () => {
    const picked = await connect(emulator.url + TOKEN, { protocols: ["other", "echo.v1"] });
    expect(picked.ws.protocol).toBe("echo.v1");
    await expect(Client.connect(emulator.url + TOKEN, { protocols: ["other"] })).rejects.toThrow(/subprotocol/);
  });

  it.each([
    ["401 where the identity source is missing", "", 401],
    ["401 where it is empty", "?token=", 401],
    ["403 where the authorizer denies", "?token=wrong", 403],
    ["401 where it throws Unauthorized (by default)", "?token=expired", 401],
  ])("1.5: the handshake is %s", async (_, query, status) => {
    expect((await Client.refusal(emulator.url + query)).status).toBe(status);
  });

  it("1.3, 1.9: a message is echoed through @connections, with the authorizer's context as strings", async () => {
    const client = await connect(emulator.url + TOKEN);
    client.send('{"action":"hello"}');
    expect(await client.nextJson()).toEqual({
      echo: '{"action":"hello"}',
      routeKey: "$default",
      connectionId: expect.stringMatching(/^[\w-]{15}=$/),
      authorizer: { principalId: "ann", integrationLatency: expect.any(Number), userId: "17", admin: "true" },
    });
  });

  it.each([
    "no JSON",
    "[1]",
    '{"other":1}',
    '{"action":"unknown"}',
    '{"action":"$connect"}',
    '{"action":"$disconnect"}',
  ])("1.6: the message %j goes to $default", async (message) => {
    const client = await connect(emulator.url + TOKEN);
    client.send(message);
    expect(await client.nextJson()).toMatchObject({ echo: message, routeKey: "$default" });
  });

  it("1.7: a function that throws on a one-way route gives an error frame, and the socket stays open", async () => {
    const client = await connect(emulator.url + TOKEN);
    client.send({ action: "broken" });
    expect(await client.nextJson()).toEqual({
      message: "Internal server error",
      connectionId: expect.any(String),
      requestId: expect.any(String),
    });
    client.send({ action: "hello" });
    expect(await client.nextJson()).toMatchObject({ routeKey: "$default" });
    expect(await emulator.command.line(/failed/)).toContain("Error: This route is broken.");
  });

  it("1.8: the body of a two-way route's result goes to the client", async () => {
    const client = await connect(emulator.url + TOKEN);
    client.send('{"action":"count"}');
    expect(await client.nextJson()).toEqual({ characters: 18 });
  });

  it("1.1: a frame above 32 KB and a message above 128 KB close with 1009, what is below goes through", async () => {
    const frame = await connect(emulator.url + TOKEN);
    frame.send("x".repeat(32 * 1024 + 1));
    expect(await frame.closed).toMatchObject({ code: 1009 });
    const message = await connect(emulator.url + TOKEN);
    message.sendInFragments("x".repeat(128 * 1024 + 1), 16 * 1024);
    expect(await message.closed).toMatchObject({ code: 1009 });
    const fits = await connect(emulator.url + TOKEN);
    fits.sendInFragments(JSON.stringify({ action: "count", x: "x".repeat(100_000) }), 32 * 1024);
    expect(await fits.nextJson()).toEqual({ characters: 100_025 });
  });

  it("1.1: a binary frame closes with 1003", async () => {
    const client = await connect(emulator.url + TOKEN);
    client.ws.send(Buffer.from("hello"));
    expect(await client.closed).toMatchObject({ code: 1003 });
  });

  it("1.9: the SDK posts to and looks at a connection, and gets a GoneException once it has closed", async () => {
    const sdk = managementClient(emulator.callbackUrl);
    const client = await connect(emulator.url + TOKEN);
    client.send({ action: "hello" });
    const { connectionId: ConnectionId } = (await client.nextJson()) as { connectionId: string };
    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "from outside" }));
    expect(await client.next()).toBe("from outside");
    const { ConnectedAt } = await sdk.send(new GetConnectionCommand({ ConnectionId }));
    expect(ConnectedAt).toBeInstanceOf(Date);
    client.ws.close(4000, "bye");
    await emulator.command.line(new RegExp(`^${ConnectionId} left with 4000$`));
    const late = sdk.send(new PostToConnectionCommand({ ConnectionId, Data: "too late" }));
    await expect(late).rejects.toMatchObject({ name: "GoneException" });
  });
});

describe("sluice emulate", () => {
  it("serves $connect, $disconnect and $default with one handler, whose prints are its output", async () => {
    const emulator = await emulating([EXAMPLE, "--stage", "prod"]);
    expect(emulator.url).toMatch(/\/prod$/);
    const client = await connect(emulator.url);
    client.send("hello");
    const { connectionId } = (await client.nextJson()) as { connectionId: string };
    client.ws.close(1000);
    await emulator.command.line(new RegExp(`^${connectionId} left with 1000$`));
  });

  it("1.6: answers with a Forbidden frame where no route matches and there is no $default", async () => {
    const emulator = await emulating(["--route", `count=${EXAMPLE}#count`, "--two-way", "count"]);
    const client = await connect(emulator.url);
    client.send({ action: "other" });
    expect(await client.nextJson()).toMatchObject({ message: "Forbidden", requestId: expect.any(String) });
    client.send({ action: "count" });
    expect(await client.nextJson()).toEqual({ characters: 18 });
  });

  it("1.6: chooses by the expression of --selection", async () => {
    const routes = ["--route", `count=${EXAMPLE}#count`, "--two-way", "count"];
    const emulator = await emulating([...routes, "--selection", "$request.body.message.kind"]);
    const client = await connect(emulator.url);
    client.send('{"message":{"kind":"count"}}');
    expect(await client.nextJson()).toEqual({ characters: 28 });
  });

  it("1.5: takes the token from the Authorization header where no --identity-source is named", async () => {
    const emulator = await emulating([EXAMPLE, "--authorizer", `${EXAMPLE}#authorize`]);
    expect((await Client.refusal(emulator.url + TOKEN)).status).toBe(401);
    await connect(emulator.url + TOKEN, { headers: { Authorization: "any" } });
  });

  it.each(["--idle", "--max-age"])("1.10: closes with 1001 after %s", async (option) => {
    const emulator = await emulating([EXAMPLE, option, "300ms"]);
    const client = await connect(emulator.url);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
  });

  it("gives handlers its own environment, a region and the callback URL", async () => {
    const { path } = await handlerFile(
      `export const handler = async () => ({ statusCode: 200, body: JSON.stringify(process.env) });`,
    );
    const emulator = await emulating(["--route", `$default=${path}`, "--two-way", "$default"]);
    const client = await connect(emulator.url);
    client.send("hello");
    expect(await client.nextJson()).toMatchObject({
      GREETING: "hello from outside",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: emulator.callbackUrl,
      AWS_LAMBDA_FUNCTION_NAME: "handler",
    });
  });

  it("--watch: loads handlers anew when they, or files beside them, change; connections stay", async () => {
    const { folder, path } = await handlerFile(
      `import { text } from "./text.mjs";
       export const handler = async () => ({ statusCode: 200, body: text });`,
    );
    await writeFile(join(folder, "text.mjs"), `export const text = "one";`);
    const emulator = await emulating(["--route", `$default=${path}`, "--two-way", "$default", "--watch"]);
    const client = await connect(emulator.url);
    client.send("hello");
    expect(await client.next()).toBe("one");
    await writeFile(join(folder, "text.mjs"), `export const text = "two";`);
    await emulator.command.line(/^Loaded anew: .*text\.mjs has changed\.$/);
    client.send("hello");
    expect(await client.next()).toBe("two");
    await writeFile(path, `export const handler = async () => ({ statusCode: 200, body: "three" });`);
    await emulator.command.line(/^Loaded anew: .*handler\.mjs has changed\.$/);
    client.send("hello");
    expect(await client.next()).toBe("three");
  });

  it("says why a handler cannot be loaded, and goes on", async () => {
    const { path } = await handlerFile("export const other = 1;");
    const emulator = await emulating(["--route", `$default=${path}`]);
    const client = await connect(emulator.url);
    client.send("hello");
    expect(await client.nextJson()).toMatchObject({ message: "Internal server error" });
    expect(await emulator.command.line(/Runtime\.HandlerNotFound/)).toContain('no function "handler"');
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends at %s: clients are told, $disconnect is run", async (signal) => {
    const emulator = await emulating([EXAMPLE]);
    const client = await connect(emulator.url);
    emulator.command.signal(signal);
    expect(await client.closed).toMatchObject({ code: 1001 });
    expect(await emulator.command.ended()).toBe(0);
    expect(emulator.command.lines).toContainEqual(expect.stringMatching(/ left with 1001$/));
  });

  it("ends at once at the second signal, whatever a $disconnect function still does", async () => {
    const { path } = await handlerFile(
      `export const handler = async ({ requestContext }) => {
         if (requestContext.routeKey === "$disconnect") await new Promise(() => setInterval(() => {}, 1000));
         return { statusCode: 200 };
       };`,
    );
    const emulator = await emulating([path]);
    const client = await connect(emulator.url);
    emulator.command.signal("SIGTERM");
    expect(await client.closed).toMatchObject({ code: 1001 });
    emulator.command.signal("SIGTERM");
    expect(await emulator.command.ended()).toBe(null);
  });
});
