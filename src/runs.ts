import { Aftermath } from "./aftermath.ts";
import type { Committer } from "./committer.ts";
import { ownData } from "./context.ts";
import { STOPPED } from "./interruption.ts";
import type { Logger } from "./logger.ts";
import { meteredSource } from "./metered-source.ts";
import { Pace } from "./pace.ts";
import type { Caller } from "./principal.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { StartEvent } from "./protocol/events.ts";
import type { AnyRoute } from "./route.ts";
import { Run } from "./run.ts";
import { type RunReport, runReport } from "./run-report.ts";
import type { Services } from "./services.ts";
import type { SoFar } from "./so-far.ts";
import type { Source } from "./source.ts";
import type { Leases, StreamHead } from "./store.ts";
import { Stream } from "./stream.ts";
import { tracedSource } from "./traced-source.ts";
import type { RunTrace } from "./tracing.ts";
import type { Turn } from "./steward/turn.ts";
import { whenUnwatched } from "./unwatched.ts";
import type { Views } from "./views.ts";
import { Watchers } from "./watchers.ts";
import { Writer } from "./writer.ts";

/** What a run is made of, whoever took its request. */
export interface RunPlan {
  readonly head: StreamHead;
  readonly start: StartEvent;
  readonly route: AnyRoute;
  /** As its route parsed it. */
  readonly input: unknown;
  readonly caller: Caller;
  readonly cancelled: boolean;
  /** To its places; undefined: it needs none. */
  readonly turn: Turn | undefined;
  /** Where it goes on for a run that died. */
  readonly soFar?: SoFar;
  readonly log: Logger;
}

interface LiveRun {
  readonly run: Run;
  readonly stream: Stream;
  readonly plan: RunPlan;
  /** Of this run's writer. */
  readonly epoch: number;
  /** Seq of the last event when its lease was last looked at. */
  seen: number;
  /** It was left to whoever takes it over; and its cancel came only then. */
  left: boolean;
  cancelledLate: boolean;
}

/** The runs that go on in this process. */
export class Runs {
  readonly #services: Services;
  readonly #committer: Committer;
  readonly #views: Views;
  readonly #aftermath: Aftermath;
  readonly #watchers: Watchers;
  readonly #live = new Map<string, LiveRun>();

  constructor(services: Services, committer: Committer, views: Views) {
    this.#services = services;
    this.#committer = committer;
    this.#views = views;
    this.#aftermath = new Aftermath(services);
    this.#watchers = new Watchers(services.records, services.clock);
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

  /** How the runs of some apps stand here, the oldest first. */
  *reports(isMeant: (app: string) => boolean): Generator<RunReport, undefined, void> {
    for (const live of this.#live.values()) if (isMeant(live.plan.caller.app)) yield runReport(live);
  }

  /** Cancels a run, wherever it goes on; for that connection, where one asked for it. */
  async cancel(streamId: string, connectionId?: string): Promise<void> {
    const { store, bus, clock, inspection } = this.#services;
    inspection?.happenings.note(streamId, {
      at: clock.now(),
      kind: "cancel",
      ...(connectionId !== undefined && { connectionId }),
    });
    const live = this.#live.get(streamId);
    if (live?.left === true) live.cancelledLate = true;
    else if (live !== undefined) return live.run.cancel();
    await store.requestCancel(streamId);
    bus?.publish(streamId);
  }

  begin(plan: RunPlan): void {
    const services = this.#services;
    const { head, route, caller } = plan;
    const { streamId, requestId } = head;
    const stream = this.#streamOf(plan);
    const log = plan.log.child({ streamId, ...(requestId !== undefined && { requestId }) });
    const trace = this.#traceOf(plan);
    const run = new Run(
      {
        handler: route.run,
        context: (signal) => ({
          ...ownData(services, caller),
          input: plan.input as never,
          streamId,
          requestId,
          source: sourceFor(plan, services.sourceOf(caller.app), trace),
          soFar: plan.soFar,
          signal,
          log,
        }),
        timeoutMs: route.timeoutMs ?? services.limits.runTimeoutMs,
        soFar: plan.soFar,
        turn: plan.turn,
        trace,
        pace: new Pace(services.metrics.apps[caller.app]!, services.clock),
        used: (usage) => services.steward.used(caller, usage),
        clock: services.clock,
        log,
      },
      (self) => this.#writerOf(stream, self),
    );
    const live: LiveRun = {
      run,
      stream,
      plan,
      epoch: stream.epochs.length,
      seen: stream.seq,
      left: false,
      cancelledLate: false,
    };
    this.#live.set(streamId, live);
    services.metrics.runsRunning += 1;
    const stopWatching = this.#watch(plan, run);
    void run.done.then(() => {
      trace?.ended(stream.state === "running" ? undefined : run.end, run.usage);
      stopWatching?.();
      this.#done(live, log);
    });
    log.info({ route: head.route }, "run started");
    if (plan.cancelled) run.cancel();
    else run.begin();
  }

  #traceOf({ head, caller: { app, traceparent } }: RunPlan): RunTrace | undefined {
    const { streamId, route, epochs } = head;
    const traced = { app, route, streamId, epoch: epochs.length };
    return this.#services.tracing?.run({ ...traced, ...(traceparent !== undefined && { traceparent }) });
  }

  /** Cancels the run when it has been unwatched for as long as its route allows; gives the way to stop that. */
  #watch({ head, route }: RunPlan, run: Run): (() => void) | undefined {
    const { hub, clock } = this.#services;
    const { stopWhenUnwatchedMs: ms } = route;
    if (ms === undefined) return undefined;
    const { streamId } = head;
    const elsewhere = (): Promise<boolean> => this.#watchers.has(head);
    return whenUnwatched(hub, clock, { streamId, ms, elsewhere, abandoned: () => run.cancel() });
  }

  /** Whether a run here writes the stream, and in which epoch. */
  epochOf(streamId: string): number | undefined {
    return this.#live.get(streamId)?.epoch;
  }

  /** Another process says that something about the stream has changed; false where no run here writes it. */
  heard(streamId: string): boolean {
    const live = this.#live.get(streamId);
    const { leases } = this.#services.store;
    if (live === undefined || leases === undefined) return live !== undefined;
    this.#renew(live, leases).catch((thrown: unknown) => {
      this.#services.logger.warn({ err: thrown, streamId }, "a run's lease cannot be looked at");
    });
    return true;
  }

  /** Renews the leases of the runs that have stored nothing since the last call; their appends renew the others'. */
  async renewSilent(leases: Leases): Promise<void> {
    const silent: LiveRun[] = [];
    for (const live of this.#live.values()) {
      if (live.seen === live.stream.seq) silent.push(live);
      live.seen = live.stream.seq;
    }
    await Promise.all(silent.map((live) => this.#renew(live, leases)));
  }

  async #renew({ run, stream, epoch }: LiveRun, leases: Leases): Promise<void> {
    const renewed = await leases.renew(stream.id, epoch, this.#services.clock.now());
    if (renewed === undefined) {
      const head = await this.#services.store.head(stream.id);
      // Where it has ended in this epoch, its own append says so.
      if (head === undefined || head.state === "running" || head.epochs.length !== epoch) run.fenced();
    } else if (renewed.cancel) {
      run.cancel();
    }
  }

  /** Waits `graceMs` for the runs that go on; then they are left to others, where their routes want that, or end as interrupted. */
  async drain(graceMs: number): Promise<void> {
    const ends = [...this.#live.values()].map(({ run }) => run.done);
    const stopTimer = this.#services.clock.after(graceMs, () => {
      for (const live of this.#live.values()) this.#giveUp(live);
    });
    await Promise.all(ends);
    stopTimer();
    await this.#aftermath.settled();
  }

  #giveUp(live: LiveRun): void {
    const { run, plan } = live;
    if (plan.route.onCrash === "continue") {
      live.left = true;
      run.leave();
    } else {
      run.fail(new SluiceError("interrupted", STOPPED));
    }
  }

  /** The stream as whoever follows it here has it already. */
  #streamOf({ head, start }: RunPlan): Stream {
    const { hub, store, limits } = this.#services;
    const known = this.#views.take(head.streamId);
    if (known === undefined) return new Stream(head, start, store, limits);
    if (known.advance(head)) hub.moved(head.streamId);
    return known;
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

  #done(live: LiveRun, log: Logger): void {
    const { run, stream, plan } = live;
    const { metrics, ledger } = this.#services;
    this.#live.delete(stream.id);
    // Whoever goes on with it has its places.
    if (stream.state === "running") plan.turn?.handOver();
    else plan.turn?.leave();
    metrics.runsRunning -= 1;
    log.info({ state: live.left ? "left" : stream.state }, "run ended");
    const cancelled = run.end?.type === "cancelled" || live.cancelledLate;
    const past = { app: plan.caller.app, streamId: stream.id, epoch: live.epoch, left: live.left, cancelled, log };
    if (stream.state === "running") {
      this.#views.keep(stream);
      this.#aftermath.handOver(past);
      return;
    }
    // A stream that another writer took over has its end, and its account, there.
    metrics.runsEnded[stream.state] += 1;
    this.#services.inspection?.ended(runReport(live));
    ledger.add(plan.caller.app, plan.caller.owner, run.usage, plan.caller.principal?.tenant);
    if (plan.route.onCrash === "continue") this.#aftermath.forget(past);
  }
}

/** The model as a run sees it. What the dead run had used counts against the ceiling of the one that goes on. */
function sourceFor({ route, soFar }: RunPlan, source: Source, trace: RunTrace | undefined): Source {
  const told = trace === undefined ? source : tracedSource(source, trace);
  if (route.maxTokens === undefined) return told;
  const used = (soFar?.usage?.inputTokens ?? 0) + (soFar?.usage?.outputTokens ?? 0);
  return meteredSource(told, route.maxTokens - used);
}
