import type { Kind } from "./legs.ts";
import type { Reading } from "./reading.ts";

/** What a viewer does with its run. */
export const FATES = ["whole", "cut", "late", "alone", "repeated", "cancelled"] as const;
export type Fate = (typeof FATES)[number];

const MAX_TOLD = 20;

/** What all viewers have seen together. */
export class Tally {
  readonly begun: Record<Fate, number> = { whole: 0, cut: 0, late: 0, alone: 0, repeated: 0, cancelled: 0 };
  readonly byKind: Record<Kind, number> = { native: 0, app: 0, sse: 0, poll: 0 };
  tokens = 0;
  frames = 0;
  cuts = 0;
  lost = 0;
  doubled = 0;
  reordered = 0;
  /** Streams that nobody saw ending. */
  endless = 0;
  problems = 0;
  /** The first problems, in words. */
  readonly told: string[] = [];

  /** Runs that were asked for, each once. */
  get runs(): number {
    return Object.values(this.begun).reduce((sum, count) => sum + count, 0);
  }

  take(reading: Reading, count: number, fate: Fate, who: string): void {
    const { lost, doubled, reordered } = reading.damage(count);
    this.lost += lost;
    this.doubled += doubled;
    this.reordered += reordered;
    this.frames += reading.frames;
    this.tokens += reading.text.split("|").length - 1;
    if (reading.end === undefined) this.endless += 1;
    else if (reading.end !== "complete" && reading.end !== fate) this.problem(`${who} ended as ${reading.end}`);
    for (const problem of reading.problems) this.problem(`${who} ${problem}`);
    if (lost + doubled + reordered > 0) this.tell(`${who}: ${lost} lost, ${doubled} doubled, ${reordered} reordered`);
  }

  problem(text: string): void {
    this.problems += 1;
    this.tell(text);
  }

  tell(text: string): void {
    if (this.told.length < MAX_TOLD) this.told.push(text);
  }
}
