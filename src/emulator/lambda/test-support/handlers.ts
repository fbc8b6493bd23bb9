/** Handlers for the tests of local functions: plain ones, as anybody writes them. */
import { once } from "node:events";
import type { Writable } from "node:stream";
import type { StreamingGlobals } from "../streaming-output.ts";

declare const awslambda: StreamingGlobals;

let invocations = 0;

export const count = async (): Promise<number> => (invocations += 1);

export const context = async (_event: unknown, given: Record<string, unknown>): Promise<unknown> => ({
  name: given["functionName"],
  arn: given["invokedFunctionArn"],
  left: (given["getRemainingTimeInMillis"] as () => number)(),
  variable: process.env["VARIABLE"],
  home: process.env["HOME"],
  table: process.env["AWS_LAMBDA_FUNCTION_NAME"],
});

export const callback = (event: unknown, _context: unknown, done: (error: unknown, result: unknown) => void): void => {
  setImmediate(() => done(null, { event }));
};

export const fails = async (): Promise<never> => {
  throw new TypeError("it went wrong");
};

export const hangs = (): Promise<never> => new Promise(() => setInterval(() => {}, 1000));

/** The most invocations that ran at once in this environment. */
let running = 0;
let mostRunning = 0;
export const overlaps = async (): Promise<number> => {
  running += 1;
  mostRunning = Math.max(mostRunning, running);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  running -= 1;
  return mostRunning;
};

export const returnsBytes = async ({ size }: { size: number }): Promise<string> => "x".repeat(size);

export const printsAndHangs = (): Promise<never> => {
  process.stdout.write("running\n");
  return hangs();
};

export const prints = async (): Promise<void> => {
  process.stdout.write("said\n");
  process.stderr.write("warned\n");
};

export const leaves = async (): Promise<void> => process.exit(3);

export const echoesHttp = async (event: Record<string, unknown>): Promise<unknown> => ({
  statusCode: 201,
  headers: { "content-type": "application/json", "x-one": "1" },
  cookies: ["a=1", "b=2"],
  body: JSON.stringify(event),
});

/** Writes once, then waits until its stream is closed. */
export const idles: unknown = awslambda.streamifyResponse(async (_event: unknown, raw: Writable) => {
  const output = awslambda.HttpResponseStream.from(raw, { statusCode: 200 });
  output.write("first");
  await once(output, "close");
  process.stdout.write("closed\n");
});

export const badHeader: unknown = awslambda.streamifyResponse(async (_event: unknown, raw: Writable) => {
  const output = awslambda.HttpResponseStream.from(raw, { statusCode: 200, headers: { "x-bad": "a\nb" } });
  output.end("body");
});

/** Writes as many pieces as asked, and prints how far it came. */
export const streams: unknown = awslambda.streamifyResponse(
  async (event: { rawQueryString?: string }, raw: Writable) => {
    const query = new URLSearchParams(event.rawQueryString);
    if (query.has("early")) throw new Error("before anything");
    const output = awslambda.HttpResponseStream.from(raw, { statusCode: 203, headers: { "x-kind": "stream" } });
    const gone = once(output, "close").then(() => process.stdout.write("closed\n"));
    for (let piece = 0; piece < Number(query.get("pieces")); piece += 1) {
      if (output.destroyed) break;
      if (!output.write("x".repeat(Number(query.get("size"))))) await Promise.race([once(output, "drain"), gone]);
    }
    if (query.has("late")) throw new Error("in the middle");
    output.end();
  },
);
