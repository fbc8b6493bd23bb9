/** An execution environment: a thread that loads one handler, and runs what it is invoked with. */
import { finished } from "node:stream/promises";
import { parentPort, workerData } from "node:worker_threads";
import { StreamingOutput, isStreaming, streamingGlobals } from "./streaming-output.ts";
import type { EnvironmentData, FromEnvironment, ToEnvironment } from "./thread-messages.ts";

type Invocation = Extract<ToEnvironment, { type: "invoke" }>;
type Callback = (error: unknown, result?: unknown) => void;
type Handler = (event: unknown, second: unknown, third: unknown) => unknown;

const { module, exportName, functionName, functionArn, memoryMb } = workerData as EnvironmentData;
const port = parentPort!;
const send = (message: FromEnvironment): void => port.postMessage(message);

/** The answers that are being streamed, and what waits for their callers. */
const outputs = new Map<number, StreamingOutput>();
const untaken = new Map<number, () => void>();

Object.assign(globalThis, { awslambda: streamingGlobals });

const handler = await load();
if (handler !== undefined) {
  port.on("message", (message: ToEnvironment) => {
    if (message.type === "invoke") void invoke(handler, message);
    else if (message.type === "gone") outputs.get(message.id)?.destroy();
    else untaken.get(message.id)?.();
  });
  send({ type: "ready" });
}

async function load(): Promise<Handler | undefined> {
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(module)) as Record<string, unknown>;
  } catch (thrown) {
    const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    send({ type: "broken", errorType: "Runtime.ImportModuleError", message: `${module} cannot be loaded: ${reason}` });
    return undefined;
  }
  const found = loaded[exportName] ?? (loaded["default"] as Record<string, unknown> | undefined)?.[exportName];
  if (typeof found === "function") return found as Handler;
  send({
    type: "broken",
    errorType: "Runtime.HandlerNotFound",
    message: `${module} exports no function "${exportName}".`,
  });
  return undefined;
}

async function invoke(run: Handler, invocation: Invocation): Promise<void> {
  const { id, streaming } = invocation;
  try {
    const event: unknown = JSON.parse(invocation.event);
    if (isStreaming(run)) return await stream(run, invocation, event);
    if (streaming) throw new TypeError(`"${exportName}" was not made with awslambda.streamifyResponse.`);
    const result = await answerOf(run, event, contextOf(invocation));
    send({ type: "result", id, json: JSON.stringify(result) });
  } catch (thrown) {
    const { errorType, message } = describe(thrown);
    send({ type: "failed", id, errorType, message });
  }
}

/** A handler gives a promise, or calls back. */
function answerOf(run: Handler, event: unknown, context: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) => (error ? reject(error) : resolve(result));
    const returned = run(event, context, callback);
    if (typeof (returned as PromiseLike<unknown> | undefined)?.then === "function") resolve(returned);
    else if (run.length < 3) resolve(returned);
  });
}

async function stream(run: Handler, invocation: Invocation, event: unknown): Promise<void> {
  const { id } = invocation;
  const output = new StreamingOutput({
    metadata: (metadata) => send({ type: "metadata", id, metadata }),
    bytes(bytes, taken) {
      untaken.set(id, () => {
        untaken.delete(id);
        taken();
      });
      send({ type: "bytes", id, bytes });
    },
  });
  outputs.set(id, output);
  output.on("error", () => {});
  try {
    await run(event, output, contextOf(invocation));
    if (!output.writableEnded) output.end();
    await finished(output).catch(() => {});
    send({ type: "result", id, json: undefined });
  } finally {
    outputs.delete(id);
    untaken.delete(id);
  }
}

function contextOf({ id, deadline }: Invocation): object {
  return {
    awsRequestId: `${functionName}-${id}-${crypto.randomUUID()}`,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: functionArn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function describe(thrown: unknown): { errorType: string; message: string } {
  if (thrown instanceof Error) return { errorType: thrown.name, message: thrown.message };
  return { errorType: "Error", message: typeof thrown === "string" ? thrown : JSON.stringify(thrown) };
}
