import type { Fault, FaultPlace } from "./fault.ts";
import type { Operation } from "./operation.ts";
import type { Pace } from "./pace.ts";
import { lastUserText, type Piece, type Prompt } from "./stand-in.ts";

/** Faults for the calls to come. A call takes the first rule that fits it and has turns left; without one all is well. */
export type FaultPlan = FaultRule | readonly FaultRule[];

/** What happens to which calls. It is data, so that it can come from anywhere; the stand-in knows nothing of it. */
export interface FaultRule {
  /** Which calls; default: all. */
  readonly match?: FaultMatch;
  /** How many of them; default 1, `Infinity` for all. */
  readonly times?: number;
  readonly fault?: Fault;
  /** Default: `"request"`. */
  readonly at?: FaultPlace;
  /** Takes the place of the emulator's pace. */
  readonly pace?: Partial<Pace>;
  /** Takes the place of the stand-in's answer; "" is an answer without text. */
  readonly answer?: string | readonly Piece[];
  /** Stops the answer with `max_tokens` after so many tokens, where the request does not ask for fewer. */
  readonly maxTokens?: number;
}

/** Every field that is given must fit. */
export interface FaultMatch {
  readonly modelId?: string;
  readonly operation?: Operation;
  /** Stands in the last user message. */
  readonly text?: string;
}

/** Deals the rules of a plan out to calls. */
export class FaultDealer {
  #rules: { readonly rule: FaultRule; left: number }[] = [];

  constructor(plan: FaultPlan = []) {
    this.plan(plan);
  }

  /** Replaces what was planned. */
  plan(plan: FaultPlan): void {
    const rules = Array.isArray(plan) ? (plan as readonly FaultRule[]) : [plan as FaultRule];
    this.#rules = rules.map((rule) => ({ rule, left: rule.times ?? 1 }));
  }

  take(operation: Operation, prompt: Prompt): FaultRule | undefined {
    const found = this.#rules.find(({ rule, left }) => left > 0 && fits(rule.match ?? {}, operation, prompt));
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.rule;
  }
}

function fits({ modelId, operation, text }: FaultMatch, called: Operation, prompt: Prompt): boolean {
  return (
    (modelId === undefined || modelId === prompt.modelId) &&
    (operation === undefined || operation === called) &&
    (text === undefined || lastUserText(prompt).includes(text))
  );
}
