import { type Job, chunkText } from "../job.ts";
import { microseconds } from "../microseconds.ts";

/** One stream's upstream, as a model's answer comes in. */
export interface Line {
  /** Resolves when the next chunks have come. */
  arrival(): Promise<void>;
  /** The next chunk. */
  text(): string;
  /** Nothing more is wanted. */
  close(): void;
}

type Arrival = PromiseWithResolvers<void>;

/** The stand-in for all models: brings chunks to every line at the job's pace, the same way for each peer. */
export class Feed {
  readonly job: Job;
  /** What arrives at the same moment waits in one slot. */
  readonly #slots: Arrival[];
  #opened = 0;
  #live = 0;
  #begun: boolean;
  #running = false;

  constructor(job: Job) {
    this.job = job;
    this.#begun = !job.held;
    this.#slots = Array.from({ length: Math.max(1, job.intervalMs) }, () => Promise.withResolvers<void>());
  }

  open(): Line {
    const slot = this.#opened % this.#slots.length;
    this.#opened += 1;
    this.#live += 1;
    this.#run();
    let number = 0;
    return {
      arrival: () => this.#slots[slot]!.promise,
      text: () => this.#text(number++),
      close: () => {
        this.#live -= 1;
      },
    };
  }

  /** Lets the held lines go. */
  begin(): void {
    this.#begun = true;
    this.#run();
  }

  #text(number: number): string {
    if (this.job.text === "constant") return CONSTANT;
    return chunkText(this.job.text === "time" ? microseconds() : number);
  }

  #run(): void {
    if (!this.#begun || this.#running || this.#live === 0) return;
    this.#running = true;
    if (this.job.intervalMs === 0) setImmediate(() => this.#turn());
    else this.#pace(performance.now(), 0);
  }

  /**
   * Arrivals come in every second turn: what a peer puts off to the end of the turn is then done before the next arrival,
   * as it is where chunks come from sockets, and no peer gathers two arrivals by the order of callbacks alone.
   */
  #turn(): void {
    this.#arrive(0);
    this.#goOn(() => setImmediate(() => setImmediate(() => this.#turn())));
  }

  #pace(begun: number, fired: number): void {
    const due = Math.floor(performance.now() - begun);
    for (let slot = fired; slot < due; slot += 1) this.#arrive(slot % this.#slots.length);
    this.#goOn(() => setTimeout(() => this.#pace(begun, due), 1));
  }

  #arrive(slot: number): void {
    const { resolve } = this.#slots[slot]!;
    this.#slots[slot] = Promise.withResolvers<void>();
    resolve();
  }

  /** Without a live line the loop stands still, so that it costs nothing. */
  #goOn(again: () => void): void {
    if (this.#live > 0) again();
    else this.#running = false;
  }
}

const CONSTANT = chunkText(0);
