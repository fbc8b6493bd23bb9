import { join } from "node:path";
import { InvokeCommand, type InvokeCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalFunction, localFunction } from "./local-function.ts";
import { startLambdaApi } from "./lambda-api.ts";

const HANDLERS = join(import.meta.dirname, "test-support/handlers.ts");

let count: LocalFunction;
let fails: LocalFunction;
let api: Awaited<ReturnType<typeof startLambdaApi>>;
let client: LambdaClient;

beforeAll(async () => {
  count = localFunction({ name: "count", path: HANDLERS, export: "count" });
  fails = localFunction({ name: "fails", path: HANDLERS, export: "fails" });
  api = await startLambdaApi({ functions: { count, fails } });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  client = new LambdaClient({ endpoint: api.url, region: "us-east-1", credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await api.close();
  await count.close();
  await fails.close();
});

const invoke = (input: InvokeCommandInput) => client.send(new InvokeCommand(input));

describe("Invoke, by the SDK's own client", () => {
  it("waits for the result", async () => {
    const { StatusCode, Payload, FunctionError } = await invoke({ FunctionName: "count", Payload: "{}" });
    expect([StatusCode, FunctionError, Number(Buffer.from(Payload!).toString()) > 0]).toEqual([200, undefined, true]);
  });

  it("tells a failure of the function apart from one of the call", async () => {
    const { FunctionError, Payload } = await invoke({ FunctionName: "fails" });
    expect(FunctionError).toBe("Unhandled");
    expect(JSON.parse(Buffer.from(Payload!).toString())).toEqual({
      errorType: "TypeError",
      errorMessage: "it went wrong",
    });
  });

  it("takes an asynchronous invocation at once, by ARN too", async () => {
    const FunctionName = "arn:aws:lambda:us-east-1:000000000000:function:count";
    expect((await invoke({ FunctionName, InvocationType: "Event" })).StatusCode).toBe(202);
    expect((await invoke({ FunctionName, InvocationType: "DryRun" })).StatusCode).toBe(204);
  });

  it("names what it refuses", async () => {
    await expect(invoke({ FunctionName: "nobody" })).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const Payload = JSON.stringify("x".repeat(1024 * 1024));
    await expect(invoke({ FunctionName: "count", InvocationType: "Event", Payload })).rejects.toMatchObject({
      name: "RequestTooLargeException",
    });
    await expect(invoke({ FunctionName: "count", Payload: "{" })).rejects.toMatchObject({
      name: "InvalidRequestContentException",
    });
  });
});
