import { setTimeout as pause } from "node:timers/promises";
import type { SeededRandom } from "sluice/testing";
import { type Door, type Kind, LEGS, type Leg, type Request, stateOf } from "./legs.ts";
import { Reading } from "./reading.ts";
import type { Fate, Tally } from "./tally.ts";

/** How long the runs are, and how fast. */
export interface Pace {
  readonly tokens: readonly [least: number, most: number];
  readonly perSecond: readonly [least: number, most: number];
}

/** Dealt in turn: most runs are read to their end, the others come about as often as one another. */
const DEAL: readonly Fate[] = ["whole", "whole", "whole", "cut", "cut", "late", "alone", "repeated", "cancelled"];
/** A run that has not ended so long after its time has lost its way. */
const PATIENCE_MS = 30_000;
const MAX_CUTS = 3;
/** Runs take a little longer than planned: so long after its time one is looked for again, well within its retention. */
const SLACK_MS = 1500;
/** And as often again, should it still run. */
const AGAIN_MS = 500;

/** Somebody who asks for one run after the other, and treats each in another way. */
export class Viewer {
  readonly #door: Door;
  readonly #kind: Kind;
  readonly #pace: Pace;
  readonly #random: SeededRandom;
  readonly #tally: Tally;
  #runs = 0;

  constructor(door: Door, kind: Kind, pace: Pace, random: SeededRandom, tally: Tally) {
    this.#door = door;
    this.#kind = kind;
    this.#pace = pace;
    this.#random = random;
    this.#tally = tally;
  }

  /** Goes on until `deadline` (of `performance.now()`), then finishes what it has begun. */
  async watch(deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      const fate = DEAL[this.#tally.runs % DEAL.length]!;
      this.#tally.begun[fate] += 1;
      this.#tally.byKind[this.#kind] += 1;
      await this.#live(fate);
    }
  }

  async #live(fate: Fate): Promise<void> {
    const count = this.#random.integer(...this.#pace.tokens);
    const everyMs = Math.round(1000 / this.#random.integer(...this.#pace.perSecond));
    const request: Request = { route: "tokens", requestId: `${(this.#runs += 1)}`, input: { count, everyMs } };
    const who = `${fate} over ${this.#kind}`;
    const reading = new Reading();
    const begun = performance.now();
    let leg = this.#open(request, reading);
    const durationMs = count * everyMs;
    const giveUp = setTimeout(() => leg.cut(), 2 * durationMs + PATIENCE_MS);
    if (fate === "cut") {
      for (let cuts = this.#random.integer(1, MAX_CUTS); cuts > 0 && reading.end === undefined; cuts -= 1) {
        await this.#breakOff(leg, reading, durationMs / MAX_CUTS);
        if (reading.end === undefined) leg = this.#open(request, reading);
      }
    } else if (fate === "late" || fate === "alone") {
      await Promise.race([reading.known, leg.over]);
      await this.#breakOff(leg, reading, durationMs);
      await pause(Math.max(0, begun + durationMs + SLACK_MS - performance.now()));
      if (fate === "alone") await this.#ask(reading, who);
      else if (reading.end === undefined) leg = this.#open(request, reading);
    } else if (fate === "repeated") {
      await pause(this.#random.next() * durationMs);
      const second = new Reading();
      await this.#open(request, second).over;
      if (second.streamId !== reading.streamId) this.#tally.problem(`${who} got a second stream`);
      this.#tally.take(second, count, fate, who);
    } else if (fate === "cancelled") {
      await pause(this.#random.next() * durationMs);
      if (reading.streamId !== undefined && reading.end === undefined) leg.cancel();
    }
    await leg.over;
    clearTimeout(giveUp);
    this.#tally.take(reading, count, fate, who);
  }

  #open(request: Request, reading: Reading): Leg {
    return LEGS[this.#kind](this.#door, request, reading);
  }

  /** Cuts this connection at a moment within `withinMs`. */
  async #breakOff(leg: Leg, reading: Reading, withinMs: number): Promise<void> {
    await Promise.race([leg.over, pause(this.#random.next() * withinMs)]);
    if (reading.end === undefined) this.#tally.cuts += 1;
    leg.cut();
    await leg.over;
  }

  /** Nobody has followed it to its end: its state must come to hold all of it. */
  async #ask(reading: Reading, who: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    let { state, text = "" } = await stateOf(this.#door, reading.streamId!);
    while (state === "running" && performance.now() < deadline) {
      await pause(AGAIN_MS);
      ({ state, text = "" } = await stateOf(this.#door, reading.streamId!));
    }
    if (state !== "running") reading.end = state;
    if (!text.startsWith(reading.text)) this.#tally.problem(`${who} showed what was never said`);
    reading.text = text;
  }
}
