import { type Prediction, predictionSchema } from "./prediction.ts";

/** A prediction, or the reasons why the text holds none. */
export type Reading = { readonly prediction: Prediction } | { readonly reasons: readonly string[] };

const MAX_REASONS = 10;
/** How many braces that open nothing are passed over; each costs a walk to the end of the text. */
const MAX_STRAY = 50;

/** Reads the last JSON object out of a model's message, whatever stands around it, and checks it. */
export function readPrediction(message: string): Reading {
  const value = lastObject(message);
  if (value === undefined) return { reasons: ["the message holds no JSON object"] };
  const outcome = predictionSchema.safeParse(value);
  if (outcome.success) return { prediction: outcome.data };
  const reasons = outcome.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  return { reasons: reasons.slice(0, MAX_REASONS) };
}

/** The last object that is inside no other one. */
function lastObject(text: string): unknown {
  let last: unknown;
  let stray = 0;
  let at = text.indexOf("{");
  while (at >= 0 && stray <= MAX_STRAY) {
    const end = endOfObject(text, at);
    const value = end === undefined ? undefined : parsed(text.slice(at, end));
    if (value === undefined) stray += 1;
    else last = value;
    at = text.indexOf("{", value === undefined ? at + 1 : end);
  }
  return last;
}

function endOfObject(text: string, from: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character === "\\") at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
