import { join } from "node:path";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { describe, expect, it, onTestFinished } from "vitest";
import { type LocalFunction, type LocalFunctionOptions, localFunction } from "./local-function.ts";

const HANDLERS = join(import.meta.dirname, "test-support/handlers.ts");

function made(exported: string, options: Partial<LocalFunctionOptions> = {}): LocalFunction {
  const name = options.name ?? exported;
  const fn = localFunction({ path: HANDLERS, retries: 0, ...options, name, export: exported });
  onTestFinished(() => fn.close());
  return fn;
}

describe("a local function", () => {
  it("is kept warm, and shares nothing with another one of the same module", async () => {
    const [one, two] = [made("count", { name: "one" }), made("count", { name: "two" })];
    expect([await one.invoke({}), await one.invoke({}), await two.invoke({})]).toEqual([1, 2, 1]);
  });

  it("F1: one invocation at a time in one environment; a second one at once takes another", async () => {
    const fn = made("hangs", { maxEnvironments: 2 });
    const failures = [fn.invoke({}), fn.invoke({})].map((call) => expect(call).rejects.toThrow("was killed"));
    const third = expect(fn.invoke({})).rejects.toThrow(/was (closed|killed)/);
    await made("count").invoke({});
    fn.killEnvironments();
    await Promise.all(failures);
    await fn.close();
    await third;
  });

  it("F1: invocations made at once never meet in one environment", async () => {
    const fn = made("overlaps", { maxEnvironments: 2 });
    expect(await Promise.all([fn.invoke({}), fn.invoke({}), fn.invoke({})])).toEqual([1, 1, 1]);
  });

  it("F1: more at once in one environment where the function allows it", async () => {
    const fn = made("count", { concurrency: 8, maxEnvironments: 1 });
    const counts = await Promise.all(Array.from({ length: 8 }, () => fn.invoke({})));
    expect(counts.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("F2: event and result go through JSON; a handler may call back", async () => {
    const fn = made("callback");
    expect(await fn.invoke({ at: new Date(0), gone: undefined })).toEqual({
      event: { at: "1970-01-01T00:00:00.000Z" },
    });
  });

  it("sees its own variables and the context, and nothing of this process", async () => {
    const fn = made("context", { name: "named", environment: { VARIABLE: "v" }, timeoutMs: 5000 });
    const seen = (await fn.invoke({})) as Record<string, unknown>;
    expect(seen).toMatchObject({ name: "named", table: "named", variable: "v" });
    expect(seen["home"]).toBeUndefined();
    expect(seen["arn"]).toMatch(/^arn:aws:lambda:us-east-1:\d{12}:function:named$/);
    expect(seen["left"]).toBeGreaterThan(0);
    expect(seen["left"]).toBeLessThanOrEqual(5000);
  });

  it.each([
    ["fails", {}, "TypeError", "it went wrong"],
    ["hangs", { timeoutMs: 200 }, "Sandbox.Timedout", "Task timed out after 0.20 seconds"],
    ["leaves", {}, "Runtime.ExitError", "exit code 3"],
    ["nothing", {}, "Runtime.HandlerNotFound", 'no function "nothing"'],
    ["handler", { path: "/no/such/file.mjs" }, "Runtime.ImportModuleError", "cannot be loaded"],
  ])("F3: %s with %j fails with %s", async (exported, options, errorType, message) => {
    const fn = made(exported, options);
    await expect(fn.invoke({})).rejects.toMatchObject({ errorType, message: expect.stringContaining(message) });
  });

  it("goes on in a fresh environment after one has died", async () => {
    const fn = made("count");
    await fn.invoke({});
    fn.killEnvironments();
    expect(await fn.invoke({})).toBe(1);
  });

  it("reloads: further invocations see the module as it is then", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sluice-function-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, "handler.mjs");
    await writeFile(path, "export const handler = async () => 1;");
    const fn = made("handler", { path });
    expect(await fn.invoke({})).toBe(1);
    await writeFile(path, "export const handler = async () => 2;");
    fn.reload();
    expect(await fn.invoke({})).toBe(2);
  });

  it("reloads: what waited for a busy environment runs in a fresh one", async () => {
    const running = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let heard = 0;
    const fn = made("printsAndHangs", { maxEnvironments: 1, output: () => running[heard++]?.resolve() });
    const calls = [fn.invoke({}), fn.invoke({})].map((call) => expect(call).rejects.toThrow("was killed"));
    await running[0]!.promise;
    fn.reload();
    await running[1]!.promise;
    fn.killEnvironments();
    await Promise.all(calls);
  });

  it("F3: a result larger than Lambda lets through is a failure", async () => {
    const fn = made("returnsBytes");
    expect(await fn.invoke({ size: 6_291_554 })).toHaveLength(6_291_554);
    await expect(fn.invoke({ size: 6_291_555 })).rejects.toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  });

  it("what the handler prints goes to the output, line by line", async () => {
    const lines: string[] = [];
    const both = Promise.withResolvers<void>();
    const fn = made("prints", {
      output(line, stream) {
        lines.push(`${stream}: ${line}`);
        if (lines.length === 2) both.resolve();
      },
    });
    await fn.invoke({});
    await both.promise;
    expect(lines.toSorted()).toEqual(["stderr: warned", "stdout: said"]);
  });

  it("an asynchronous invocation that fails is tried again as often as asked", async () => {
    const errors: unknown[] = [];
    const third = Promise.withResolvers<void>();
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error(fields: { attempt?: unknown }) {
        errors.push(fields.attempt);
        if (errors.length === 3) third.resolve();
      },
      child: () => logger,
    };
    const fn = made("fails", { retries: 2, logger });
    await fn.invokeLater({});
    await third.promise;
    expect(errors).toEqual([1, 2, 3]);
    await expect(fn.invokeLater("x".repeat(1024 * 1024))).rejects.toMatchObject({
      errorType: "RequestTooLargeException",
    });
  });
});
