import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ask, plainDialect } from "../../../test/support/engine-fixture.ts";
import type { ResponseMetadata } from "../../emulator/lambda/function.ts";
import { StreamingOutput, streamingGlobals } from "../../emulator/lambda/streaming-output.ts";
import { gateway } from "../../gateway.ts";
import { Defence } from "../http/defence.ts";
import { compose } from "./compose.ts";
import type { HttpEventV2 } from "./http-event.ts";
import { httpFront } from "./http-front.ts";
import { httpHandler } from "./lambda.ts";
import { type StreamingHandler, type StreamingRuntime, streamingHandler } from "./streaming.ts";
import { LambdaLab, useTable } from "./test-support/lambda-lab.ts";

const table = useTable();
const gateways = { app: gateway({ routes: { ask }, dialect: plainDialect }) };
const runtime = streamingGlobals as StreamingRuntime;

/** The caller of a streaming function: it takes what it is given at once, unless it is told to wait. */
class Caller {
  readonly output: StreamingOutput;
  metadata: ResponseMetadata | undefined;
  text = "";
  /** Takes what was given so far, where it does not take by itself. */
  readonly untaken: (() => void)[] = [];
  #changed = Promise.withResolvers<void>();

  constructor({ takes = true }: { takes?: boolean } = {}) {
    this.output = new StreamingOutput({
      metadata: (metadata) => void (this.metadata = metadata),
      bytes: (bytes, taken) => {
        expect(this.metadata, "the metadata come first").toBeDefined();
        this.text += Buffer.from(bytes).toString("utf8");
        if (takes) taken();
        else this.untaken.push(taken);
        this.#changed.resolve();
        this.#changed = Promise.withResolvers<void>();
      },
    });
  }

  /** Waits until what has come is as asked. */
  async until(reached: (text: string) => boolean): Promise<void> {
    while (!reached(this.text)) await this.#changed.promise;
  }
}

function get(path: string, headers: Record<string, string> = {}): HttpEventV2 {
  return { rawPath: path, rawQueryString: "", headers, requestContext: { http: { method: "GET" } } };
}

/** From one look of a function at a stream that the worker writes to the next. */
const LOOK_MS = 300;
const LONG = { getRemainingTimeInMillis: () => 900_000 };

/** A body that the test writes; says how much of it was asked for, and whether it was let go. */
function body() {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: () => resolve(),
  });
  return {
    stream,
    cancelled,
    write: (text: string) => controller.enqueue(Buffer.from(text)),
    end: () => controller.close(),
  };
}

/** A handler that always answers so. */
function answering(response: Response): StreamingHandler {
  return streamingHandler(runtime, async () => response);
}

describe("an answer that streams", () => {
  it("brings the metadata, then each piece as it comes", async () => {
    const { stream, write, end } = body();
    const headers = new Headers({ "content-type": "text/plain" });
    headers.append("set-cookie", "a=1");
    headers.append("set-cookie", "b=2");
    const caller = new Caller();
    const answered = answering(new Response(stream, { status: 201, headers }))(get("/"), caller.output, LONG);
    write("one ");
    await caller.until((text) => text === "one ");
    write("two");
    await caller.until((text) => text === "one two");
    end();
    await answered;
    expect(caller.metadata).toEqual({
      statusCode: 201,
      headers: { "content-type": "text/plain" },
      cookies: ["a=1", "b=2"],
    });
    expect(caller.output.writableFinished).toBe(true);
  });

  it("has its metadata also where it has no body", async () => {
    const caller = new Caller();
    await answering(new Response(null, { status: 204 }))(get("/"), caller.output, LONG);
    expect([caller.metadata?.statusCode, caller.text, caller.output.writableFinished]).toEqual([204, "", true]);
  });

  it("law 7: is made no faster than its caller takes it, and arrives whole", async () => {
    const piece = "x".repeat(64 * 1024);
    let made = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          made += 1;
          controller.enqueue(Buffer.from(piece));
          if (made === 100) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const caller = new Caller({ takes: false });
    const answered = answering(new Response(stream))(get("/"), caller.output, LONG);
    await caller.until((text) => text.length > 0);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(made).toBeLessThanOrEqual(2);
    for (let taken = 1; taken <= 100; taken += 1) {
      await caller.until((text) => text.length >= taken * piece.length);
      expect(caller.output.listenerCount("close")).toBeLessThan(5);
      caller.untaken.shift()!();
    }
    await answered;
    expect([made, caller.text.length]).toEqual([100, 100 * piece.length]);
  });

  it("is let go where its caller is gone", async () => {
    const { stream, write, cancelled } = body();
    const caller = new Caller();
    const answered = answering(new Response(stream))(get("/"), caller.output, LONG);
    write("one");
    await caller.until((text) => text === "one");
    caller.output.destroy();
    await cancelled;
    await answered;
  });

  it("is let go also where its caller goes while it takes nothing", async () => {
    const { stream, write, cancelled } = body();
    const caller = new Caller({ takes: false });
    const answered = answering(new Response(stream))(get("/"), caller.output, LONG);
    write("x".repeat(64 * 1024));
    await caller.until((text) => text.length > 0);
    caller.output.destroy(new Error("gone"));
    await cancelled;
    await answered;
  });

  it("ends five seconds before the function's time is over, so that its client comes back", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const { stream, write, cancelled } = body();
    const caller = new Caller();
    const context = { getRemainingTimeInMillis: () => 60_000 };
    const answered = answering(new Response(stream))(get("/"), caller.output, context);
    write("one");
    await caller.until((text) => text === "one");
    await vi.advanceTimersByTimeAsync(54_999);
    write("two");
    await caller.until((text) => text === "onetwo");
    expect(caller.output.writableEnded).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await cancelled;
    await answered;
    expect([caller.text, caller.output.writableFinished]).toEqual(["onetwo", true]);
  });
});

describe("an event stream from a function", () => {
  it("law 6: whose client goes, or whose time is over, ends its connection alone", async () => {
    const lab = await LambdaLab.start(table());
    const { engine, ...parts } = await compose(gateways, lab.options, true);
    const front = httpFront({ engine, ...parts }, new Defence([], { anyHost: true }));
    const handler = streamingHandler(runtime, async (request) => front.fetch(request));
    const { streamId } = await lab.ask(await lab.connect());
    const follow = get(`/app/streams/${streamId}`, { accept: "text/event-stream" });

    const gone = new Caller();
    const first = handler(follow, gone.output, LONG);
    await gone.until((text) => text.includes('"start"'));
    expect(engine.metrics.connections.sse).toBe(1);
    gone.output.destroy();
    await first;
    expect(engine.metrics.connections.sse).toBe(0);

    const late = new Caller();
    await handler(follow, late.output, { getRemainingTimeInMillis: () => 5200 });
    expect(late.text).toContain("id: 1-0");
    expect([engine.metrics.connections.sse, late.output.writableFinished]).toEqual([0, true]);
    expect(await lab.backend.store.head(streamId)).toMatchObject({ state: "running" });

    // Its client comes back with the last id that it saw.
    const done = lab.worker()(lab.jobs[0]!);
    const call = await lab.model.next();
    call.push("a");
    call.end();
    await done;
    const again = new Caller();
    const headers = { ...follow.headers, "last-event-id": "1-0" };
    await lab.pass(LOOK_MS, handler({ ...follow, headers }, again.output, LONG));
    expect(again.text.match(/^id: .*$/gm)).toEqual(["id: 2-1", "id: 2-2"]);
  });
});

describe("the HTTP function", () => {
  it("is for those alone who know the secret of its content network", async () => {
    vi.stubGlobal("awslambda", runtime);
    onTestFinished(() => void vi.unstubAllGlobals());
    const lab = await LambdaLab.start(table());
    const handler = httpHandler(gateways, { ...lab.options, originSecret: "s3cret" }) as StreamingHandler;
    for (const [headers, status] of [
      [{}, 403],
      [{ "x-sluice-origin-secret": "s3creT" }, 403],
      [{ "x-sluice-origin-secret": "s3cret and more" }, 403],
      [{ "x-sluice-origin-secret": "s3cret" }, 200],
    ] as const) {
      const caller = new Caller();
      await handler(get("/healthz", headers), caller.output, LONG);
      expect([headers, caller.metadata?.statusCode]).toEqual([headers, status]);
    }
  });

  it("outside of Lambda's runtime it says what it lacks", async () => {
    const lab = await LambdaLab.start(table());
    const handler = httpHandler(gateways, lab.options) as () => Promise<void>;
    await expect(handler()).rejects.toThrow("response streaming");
  });
});
