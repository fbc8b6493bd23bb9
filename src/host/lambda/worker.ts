import type { Job } from "../../launcher.ts";
import { SluiceError } from "../../protocol/errors.ts";
import type { Composition } from "./composition.ts";
import { Deliveries } from "./deliveries.ts";
import type { LambdaContext } from "./events.ts";
import { releaseViewers } from "./orphans.ts";
import { ANSWER_MS } from "./posts.ts";

/** Viewers that are not served to the end are let go so long before their worker must end, and its run ends a little sooner. */
const DELIVERY_MARGIN_MS = ANSWER_MS + 2000;
const RUN_MARGIN_MS = DELIVERY_MARGIN_MS + 8000;

type WorkerContext = Pick<LambdaContext, "getRemainingTimeInMillis">;

/** Runs one accepted request to its end, and brings its stream to whoever follows it. */
export async function work(parts: Composition, job: Job, { getRemainingTimeInMillis }: WorkerContext): Promise<void> {
  const { engine } = parts;
  const { clock, intake, runs, logger } = engine;
  const { streamId, caller } = job;
  const begun = clock.now();
  const endsAt = begun + getRemainingTimeInMillis();
  const head = await intake.adopt(job, logger.child({ app: caller.app }));
  if (head === undefined) return void logger.warn({ streamId }, "the run was claimed by another, or has ended");
  // How far a dead worker had served its viewers is known to nobody.
  if (job.epoch > 1) await releaseViewers(parts, head, head.epochs.length);
  const deliveries = new Deliveries(parts, head);
  deliveries.begin();
  const run = runs.get(streamId);
  const stream = runs.stream(streamId);
  const stopRun = clock.after(endsAt - RUN_MARGIN_MS - clock.now(), () => {
    run?.fail(new SluiceError("interrupted", "The run took longer than its worker lives."));
  });
  const stopDelivering = clock.after(endsAt - DELIVERY_MARGIN_MS - clock.now(), () => deliveries.giveUp());
  await run?.done;
  stopRun();
  // Another process has the stream: it brings it to whoever comes back.
  if (stream !== undefined && stream.state === "running") deliveries.giveUp();
  await deliveries.finish();
  stopDelivering();
}

/** What the schedule asks for: ends dead runs or goes on with them, removes what is past its time, counts the connections. */
export async function sweep(parts: Composition, context: WorkerContext): Promise<void> {
  const { engine, roster, connections, cloudWatch, inherited } = parts;
  for (const head of await roster.left(engine.clock.now())) {
    if (engine.hasApp(head.app)) await releaseViewers(parts, head, head.epochs.length);
  }
  await engine.sweep();
  for (const app of engine.apps) cloudWatch.activeConnections(app, await connections.count(app));
  await Promise.all(inherited.splice(0).map((job) => work(parts, job, context)));
}
