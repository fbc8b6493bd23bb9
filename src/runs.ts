import type { Committer } from "./committer.ts";
import { ownData } from "./context.ts";
import { EarlyCancels } from "./early-cancels.ts";
import { digestOf, randomId } from "./ids.ts";
import type { Job } from "./launcher.ts";
import type { Logger } from "./logger.ts";
import { meteredSource } from "./metered-source.ts";
import type { Caller } from "./principal.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { StartEvent } from "./protocol/events.ts";
import { isJsonObject, type JsonObject } from "./protocol/json.ts";
import { interrupt } from "./recovery.ts";
import type { AnyRoute } from "./route.ts";
import { Run } from "./run.ts";
import type { Services } from "./services.ts";
import type { Source } from "./source.ts";
import type { Opened, StreamHead } from "./store.ts";
import { Stream } from "./stream.ts";
import { whenUnwatched } from "./unwatched.ts";
import { Writer } from "./writer.ts";

/** A request for a run, as a connection hands it on. */
export interface RunRequest {
  readonly name: string;
  readonly route: AnyRoute;
  readonly message: JsonObject;
  readonly requestId: string | undefined;
  readonly caller: Caller;
  readonly connectionId: string;
  /** Of whoever asks; its connection and request are on each of its lines. */
  readonly log: Logger;
  /** Brings the stream to whoever asks. */
  readonly follow: (head: StreamHead) => Promise<void>;
}

/** What a run is made of, whoever took its request. */
interface RunPlan extends Pick<RunRequest, "route" | "caller" | "log"> {
  readonly start: StartEvent;
  /** As its route parsed it. */
  readonly input: unknown;
  readonly cancelled: boolean;
}

interface LiveRun {
  readonly run: Run;
  readonly stream: Stream;
}

/** The runs of this process: starts each request once (law 8), and knows which are going on. */
export class Runs {
  readonly #services: Services;
  readonly #committer: Committer;
  readonly earlyCancels: EarlyCancels;
  readonly #live = new Map<string, LiveRun>();
  /** Requests that are on their way to a run. */
  readonly #starting = new Set<Promise<void>>();
  #draining = false;

  constructor(services: Services, committer: Committer) {
    this.#services = services;
    this.#committer = committer;
    this.earlyCancels = new EarlyCancels(services.clock);
  }

  get running(): number {
    return this.#live.size;
  }

  /** The run that writes this stream here, if one does. */
  get(streamId: string): Run | undefined {
    return this.#live.get(streamId)?.run;
  }

  /** The stream of a run that goes on here. */
  stream(streamId: string): Stream | undefined {
    return this.#live.get(streamId)?.stream;
  }

  /**
   * Starts a run, or finds the stream that the same request already has, and brings it to whoever asks; another body under its
   * id is `conflict`.
   */
  async start(request: RunRequest): Promise<void> {
    const starting = this.#start(request);
    this.#starting.add(starting);
    try {
      await starting;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async #start(request: RunRequest): Promise<void> {
    const input = await request.route.parse(inputOf(request.message));
    const start = this.#startEvent(request, input);
    const { head, created, cancelled } = await this.#open(request, input, start);
    if (!created) return request.follow(head);
    if (this.#services.launcher === undefined) {
      this.#begin(head, { ...request, start, input, cancelled });
      this.earlyCancels.begun(head, request.connectionId);
      return request.follow(head);
    }
    try {
      // Its viewer first: the run's process is to find it when it begins.
      await request.follow(head);
    } finally {
      await this.#launch(head, request, cancelled);
    }
  }

  async #open(request: RunRequest, input: unknown, start: StartEvent): Promise<Opened> {
    const { store, clock, limits } = this.#services;
    const { name, route, requestId, caller } = request;
    const digest = requestId === undefined ? undefined : await digestOf([name, input]);
    await this.#admit(request, input);
    const opened = await store.open(
      {
        streamId: randomId(),
        app: caller.app,
        route: name,
        owner: caller.owner,
        scope: caller.scope,
        ...(requestId !== undefined && { requestId }),
        ...(digest !== undefined && { digest }),
        retentionMs: route.retentionMs ?? limits.retentionMs,
        createdAt: clock.now(),
      },
      JSON.stringify(start),
    );
    if (opened.created || opened.head.digest === digest) return opened;
    throw new SluiceError("conflict", "This requestId was already used with a different body.");
  }

  /** Has the run begun in another process; where that cannot be, it ends at once (law 5). */
  async #launch(head: StreamHead, { message, caller, log }: RunRequest, cancelled: boolean): Promise<void> {
    try {
      await this.#services.launcher!.launch({ streamId: head.streamId, input: inputOf(message), caller, cancelled });
    } catch (thrown) {
      log.error({ err: thrown, streamId: head.streamId }, "a run cannot be handed over");
      await interrupt(this.#services, head);
    }
  }

  /**
   * Begins the run of a request that another process has taken; gives its stream's head. Undefined where another process has
   * claimed it already, or it ended before it began.
   */
  async adopt({ streamId, input, caller, cancelled }: Job, log: Logger): Promise<StreamHead | undefined> {
    const { store } = this.#services;
    const claimed = await store.takeover(streamId, 1, this.#services.clock.now());
    const head = claimed === undefined ? undefined : await store.head(streamId);
    if (head === undefined) return undefined;
    try {
      const [first] = await store.read(streamId, undefined, 1);
      const route = this.#services.gateway(caller.app).routes[head.route]!;
      this.#begin(head, {
        start: JSON.parse(first!.json) as StartEvent,
        route,
        input: await route.parse(input),
        caller,
        cancelled: cancelled || head.cancelRequested,
        log,
      });
      return head;
    } catch (thrown) {
      log.error({ err: thrown, streamId }, "a run cannot be begun");
      await interrupt(this.#services, head);
      return store.head(streamId);
    }
  }

  /** Refuses a new run while shutting down, and where its route does. */
  async #admit(request: RunRequest, input: unknown): Promise<void> {
    const { check } = request.route;
    if ((!this.#draining && check === undefined) || (await this.#isKnown(request))) return;
    if (this.#draining) throw new SluiceError("interrupted", "The server is shutting down; try again.");
    await check!(input as never, ownData(this.#services, request.caller));
  }

  /** Whether the request already has its stream (law 8). */
  async #isKnown({ caller, requestId }: RunRequest): Promise<boolean> {
    return requestId !== undefined && (await this.#services.store.find(caller.scope, requestId)) !== undefined;
  }

  /** Takes no new runs, waits `graceMs` for those that go on, then ends them as interrupted (law 5). */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    await Promise.allSettled(this.#starting);
    const ends = [...this.#live.values()].map(({ run }) => run.done);
    const stopTimer = this.#services.clock.after(graceMs, () => {
      for (const { run } of this.#live.values()) {
        run.fail(new SluiceError("interrupted", "The server was stopped before the answer was complete."));
      }
    });
    await Promise.all(ends);
    stopTimer();
  }

  #startEvent(request: RunRequest, input: unknown): StartEvent {
    const { dialect } = this.#services.gateway(request.caller.app);
    const echo = isJsonObject(input) ? dialect.echo?.(input, request.name) : undefined;
    return {
      type: "start",
      route: request.name,
      ...(request.requestId !== undefined && { requestId: request.requestId }),
      ...(echo !== undefined && { echo }),
    };
  }

  #begin(head: StreamHead, { start, route, input, caller, cancelled, log: parent }: RunPlan): void {
    const services = this.#services;
    const { streamId, requestId } = head;
    const stream = new Stream(head, start, services.store, services.limits);
    const log = parent.child({ streamId, ...(requestId !== undefined && { requestId }) });
    const run = new Run(
      {
        handler: route.run,
        context: (signal) => ({
          ...ownData(services, caller),
          input: input as never,
          streamId,
          requestId,
          source: sourceFor(route, services.sourceOf(caller.app)),
          signal,
          log,
        }),
        timeoutMs: route.timeoutMs ?? services.limits.runTimeoutMs,
        clock: services.clock,
        log,
      },
      (self) => this.#writerOf(stream, self),
    );
    this.#live.set(streamId, { run, stream });
    services.metrics.runsRunning += 1;
    const { stopWhenUnwatchedMs: absenceMs } = route;
    const stopWatching =
      absenceMs === undefined
        ? undefined
        : whenUnwatched(services.hub, services.clock, streamId, absenceMs, () => run.cancel());
    void run.done.then(() => {
      stopWatching?.();
      this.#ended(stream, log);
      // A stream that another writer took over has its end, and its account, there.
      if (stream.state !== "running") services.ledger.add(caller.app, caller.owner, run.usage);
    });
    log.info({ route: head.route }, "run started");
    if (cancelled) run.cancel();
    else run.begin();
  }

  #writerOf(stream: Stream, run: Run): Writer {
    const { limits } = this.#services;
    const events = {
      cancelRequested: () => run.cancel(),
      fenced: () => run.fenced(),
      stuck: (error: SluiceError) => run.fail(error),
      ended: () => run.ended(),
    };
    return new Writer(stream, stream.epochs.length, events, (writer) => this.#committer.schedule(writer), limits);
  }

  #ended(stream: Stream, log: Logger): void {
    this.#live.delete(stream.id);
    const { metrics } = this.#services;
    metrics.runsRunning -= 1;
    if (stream.state !== "running") metrics.runsEnded[stream.state] += 1;
    log.info({ state: stream.state }, "run ended");
  }
}

function sourceFor({ maxTokens }: AnyRoute, source: Source): Source {
  return maxTokens === undefined ? source : meteredSource(source, maxTokens);
}

function inputOf(message: JsonObject): JsonObject {
  const { action: _action, requestId: _requestId, ...input } = message;
  return input;
}
