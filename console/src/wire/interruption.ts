import type { Client, Run } from "sluice/client";
import { counted } from "sluice/react-ui";
import { Listeners } from "../listeners.ts";

/** What was done to the wire. */
export type Deed = "cut" | "frozen";

/** So long without an event ends a burst; a model pauses longer between two tokens. */
const PAUSE_MS = 12;
/** No burst lasts longer. */
const BURST_MS = 200;

let made = 0;

type Watched = Pick<Client, "connection" | "stats" | "subscribe">;

/** One time that the wire was cut or frozen: what is under way is measured over it, and told when it goes on. */
export class Interruption {
  /** Its number. */
  readonly id: number = (made += 1);
  readonly deed: Deed;
  readonly #client: Watched;
  readonly #run: Run | undefined;
  readonly #listeners = new Listeners();
  readonly #before: { readonly gaps: number; readonly duplicates: number; readonly at: number };
  readonly #stops: (() => void)[];
  /** Where the run was when nothing came any more; unknown while what had passed the wire is still being read. */
  #stoppedAt: number | undefined;
  /** When the first event came after it, epoch milliseconds. */
  #resumedAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #text: string;
  #isOver = false;

  /** Make it before the deed is done. `run`: the one whose fate is told, if any is under way. */
  constructor(deed: Deed, client: Watched, run: Run | undefined) {
    this.deed = deed;
    this.#client = client;
    this.#run = run;
    const { gaps, duplicates } = client.stats;
    this.#before = { gaps, duplicates, at: Date.now() };
    this.#text = deed === "cut" ? "Wire cut. Reconnecting…" : "Wire frozen: nothing passes until it is thawed.";
    const changed = (): void => this.#changed();
    this.#stops = [client.subscribe(changed), ...(run === undefined ? [] : [run.subscribe(changed)])];
  }

  /** One sentence for the reader. */
  get text(): string {
    return this.#text;
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);

  /** Call it before what was held passes. */
  thaw(): void {
    this.#stoppedAt = seqOf(this.#run);
    this.#text = `Wire frozen for ${this.#elapsed()}.`;
    if (this.#run === undefined) this.stop();
    this.#listeners.tell();
  }

  /** There was nothing to cut. */
  nothingOpen(): void {
    this.#tell("Nothing was open to be cut.");
  }

  /** Tells nothing more. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
  }

  #changed(): void {
    const { state } = this.#client.connection;
    const isDown = state !== "open" || this.#run?.state === "resuming";
    if (this.deed === "cut" && isDown) this.#stoppedAt ??= seqOf(this.#run);
    // All events of a frame are one change.
    queueMicrotask(() => this.#look());
  }

  #look(): void {
    if (this.#isOver || this.#stoppedAt === undefined) return;
    if (this.#run === undefined) return this.#lookAtConnection();
    if (seqOf(this.#run) > this.#stoppedAt) this.#resumed();
    else if (this.#run.state === "error") this.#tell(`Not resumed: ${this.#run.error?.message ?? "the run is over."}`);
  }

  /** What was missed comes in one burst, be it one frame or many. */
  #resumed(): void {
    const now = Date.now();
    this.#resumedAt ??= now;
    if (now - this.#resumedAt > BURST_MS) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tellResumed(), PAUSE_MS);
  }

  #tellResumed(): void {
    const events = seqOf(this.#run) - this.#stoppedAt!;
    const { stats } = this.#client;
    const [gaps, duplicates] = [stats.gaps - this.#before.gaps, stats.duplicates - this.#before.duplicates];
    const lost = gaps === 0 ? "0 lost" : `${counted(gaps, "gap")} found and filled`;
    const doubled = duplicates === 0 ? "0 doubled" : `${counted(duplicates, "duplicate")} dropped`;
    const after = this.#elapsed(this.#resumedAt);
    this.#tell(`Resumed after ${after}, ${counted(events, "event")} caught up, ${lost}, ${doubled}.`);
  }

  #lookAtConnection(): void {
    const { state } = this.#client.connection;
    if (state === "open") this.#tell(`Wire cut, connected again after ${this.#elapsed()}. Nothing was under way.`);
    if (state === "idle") this.#tell("Wire cut. Nothing was under way: the client connects again when it has to.");
  }

  #tell(text: string): void {
    this.#text = text;
    this.stop();
    this.#listeners.tell();
  }

  #elapsed(now = Date.now()): string {
    const ms = now - this.#before.at;
    return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
  }
}

/** Events that came so far, less one. */
function seqOf(run: Run | undefined): number {
  return Number(run?.offset?.split("-")[1] ?? -1);
}
