import { ownData } from "./context.ts";
import { EarlyCancels, type FindRequest } from "./early-cancels.ts";
import { digestOf, randomId } from "./ids.ts";
import { interrupt } from "./interruption.ts";
import { Jobs } from "./jobs.ts";
import type { Job } from "./launcher.ts";
import type { Logger } from "./logger.ts";
import type { Caller } from "./principal.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { StartEvent } from "./protocol/events.ts";
import { isJsonObject, type JsonObject } from "./protocol/json.ts";
import type { AnyRoute } from "./route.ts";
import type { Runs } from "./runs.ts";
import type { Services } from "./services.ts";
import { readSoFar } from "./so-far.ts";
import type { Opened, StreamHead } from "./store.ts";
import type { Turn } from "./steward/turn.ts";
import { UnderWay } from "./under-way.ts";

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

/** Takes requests for runs, each once (law 8), and what other processes began and cannot bring to its end. */
export class Intake {
  readonly #services: Services;
  readonly #runs: Runs;
  readonly #jobs: Jobs;
  readonly earlyCancels: EarlyCancels;
  /** Requests that are on their way to a run. */
  readonly #starting = new UnderWay();
  #closed = false;

  constructor(services: Services, runs: Runs) {
    this.#services = services;
    this.#runs = runs;
    this.#jobs = new Jobs(services.records);
    const { store, clock, bus } = services;
    const find: FindRequest | undefined = bus && ((scope, requestId) => store.find(scope, requestId));
    this.earlyCancels = new EarlyCancels(clock, find);
  }

  /** Takes nothing new from now on; resolves when every request taken has its run. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#starting.settled();
  }

  /**
   * Starts a run, or finds the stream that the same request already has, and brings it to whoever asks; another body under its
   * id is `conflict`.
   */
  start(request: RunRequest): Promise<void> {
    return this.#starting.add(this.#start(request));
  }

  async #start(request: RunRequest): Promise<void> {
    const { route, message, caller, connectionId } = request;
    const input = await route.parse(inputOf(message));
    const start = this.#startEvent(request, input);
    const { head, created, cancelled, turn } = await this.#open(request, input, start);
    if (!created) return request.follow(head);
    const job = { streamId: head.streamId, epoch: 1, input: inputOf(message), caller, cancelled };
    if (route.onCrash === "continue") this.#keep(job, request.log);
    if (this.#services.launcher === undefined) {
      this.#runs.begin({ ...request, head, start, input, cancelled, turn });
      this.earlyCancels.begun(head, connectionId);
      return request.follow(head);
    }
    try {
      // Its viewer first: the run's process is to find it when it begins.
      await request.follow(head);
    } finally {
      turn?.handOver();
      await this.#launch(job, head, request.log);
    }
  }

  async #open(request: RunRequest, input: unknown, start: StartEvent): Promise<Opened & { turn: Turn | undefined }> {
    const { store, clock, limits } = this.#services;
    const { name, route, requestId, caller } = request;
    const streamId = randomId();
    const digest = requestId === undefined ? undefined : await digestOf([name, input]);
    const turn = await this.#admit(request, input, streamId);
    let opened: Opened | undefined;
    try {
      opened = await store.open(
        {
          streamId,
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
    } finally {
      if (opened?.created !== true) turn?.leave();
    }
    if (opened.created || opened.head.digest === digest) return { ...opened, turn };
    throw new SluiceError("conflict", "This requestId was already used with a different body.");
  }

  /** Has the run begun in another process; where that cannot be, it ends at once (law 5). */
  async #launch(job: Job, head: StreamHead, log: Logger): Promise<void> {
    try {
      await this.#services.launcher!.launch(job);
    } catch (thrown) {
      log.error({ err: thrown, streamId: head.streamId }, "a run cannot be handed over");
      await interrupt(this.#services, head);
    }
  }

  /** The run does not wait for it: if its process dies in this moment, it ends as one that cannot go on. */
  #keep(job: Job, log: Logger, times = 1): void {
    const { clock, limits } = this.#services;
    this.#jobs.keep(job, clock.now()).catch((thrown: unknown) => {
      if (times * limits.commitRetryMs < limits.commitPatienceMs) {
        clock.after(limits.commitRetryMs, () => this.#keep(job, log, times + 1));
      } else {
        log.warn({ err: thrown, streamId: job.streamId }, "a run could not go on elsewhere: its job is not kept");
      }
    });
  }

  /**
   * Runs a request that another process has taken, or could not bring to its end; gives its stream's head. Undefined where
   * another process has claimed it already, or it ended before it began.
   */
  async adopt({ streamId, epoch, input, caller, cancelled }: Job, log: Logger): Promise<StreamHead | undefined> {
    const { store, clock } = this.#services;
    const claimed = await store.takeover(streamId, epoch, clock.now());
    const head = claimed === undefined ? undefined : await store.head(streamId);
    if (head === undefined) return undefined;
    try {
      const soFar = await readSoFar(this.#services, streamId);
      const route = this.#services.gateway(caller.app).routes[head.route]!;
      const parsed = await route.parse(input);
      this.#runs.begin({
        head,
        start: soFar.events[0] as StartEvent,
        route,
        input: parsed,
        caller,
        cancelled: cancelled || head.cancelRequested,
        turn: await this.#services.steward.readmit({ streamId, name: head.route, route, input: parsed, caller }),
        ...(soFar.events.length > 1 && { soFar }),
        log,
      });
      return head;
    } catch (thrown) {
      log.error({ err: thrown, streamId }, "a run cannot be begun");
      await interrupt(this.#services, head);
      return store.head(streamId);
    }
  }

  /** Nobody goes on with the run any more. */
  async forget({ app, streamId, route }: StreamHead): Promise<void> {
    if (this.#services.gateway(app).routes[route]?.onCrash === "continue") await this.#jobs.drop(app, streamId);
  }

  /** Goes on with a run whose process died, where its route wants that; false where it is to end. */
  async goOn(head: StreamHead): Promise<boolean> {
    const { store, clock, launcher, logger } = this.#services;
    const { app, streamId } = head;
    if (this.#services.gateway(app).routes[head.route]?.onCrash !== "continue") return false;
    const job = await this.#jobs.of(app, streamId);
    if (job === undefined) return false;
    const log = logger.child({ app });
    log.warn({ streamId, epoch: head.epochs.length }, "goes on with a run that its process left behind");
    if (launcher === undefined) {
      await this.adopt({ ...job, epoch: head.epochs.length }, log);
      return true;
    }
    // Whoever launches claims it first, so that one does; and again, where nothing comes of it.
    const term = await store.takeover(streamId, head.epochs.length, clock.now());
    if (term !== undefined) await launcher.launch({ ...job, epoch: term.epoch });
    return true;
  }

  /**
   * Refuses a new run while shutting down, where its route does, and where its caller has enough already; else gives its way to
   * its places. One that has its stream already needs none (law 8).
   */
  async #admit(request: RunRequest, input: unknown, streamId: string): Promise<Turn | undefined> {
    const { check } = request.route;
    if ((this.#closed || check !== undefined) && (await this.#isKnown(request))) return undefined;
    if (this.#closed) throw new SluiceError("interrupted", "The server is shutting down; try again.");
    await check?.(input as never, ownData(this.#services, request.caller));
    try {
      return await this.#services.steward.admit({ ...request, input, streamId });
    } catch (thrown) {
      if (await this.#isKnown(request)) return undefined;
      throw thrown;
    }
  }

  /** Whether the request already has its stream (law 8). */
  async #isKnown({ caller, requestId }: RunRequest): Promise<boolean> {
    return requestId !== undefined && (await this.#services.store.find(caller.scope, requestId)) !== undefined;
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
}

function inputOf(message: JsonObject): JsonObject {
  const { action: _action, requestId: _requestId, ...input } = message;
  return input;
}
