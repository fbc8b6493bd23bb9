import { numberedText } from "../../src/testing/numbered-tokens.ts";
import type { TokensInput } from "./tokens-app.ts";

/** One answer that its viewers want, whatever breaks. */
export interface Wanted {
  readonly route: "ends" | "goes";
  readonly session: string;
  readonly requestId: string;
  readonly input: TokensInput;
}

/** What one viewer has seen of it. */
export interface Reading {
  readonly streamId: string;
  readonly text: string;
  /** How it ended: `complete`, `cancelled`, or the code of its error. */
  readonly end: string;
  /** Offset of the last event. */
  readonly offset: string;
  /** Of a receipt. */
  readonly partialLength?: number;
  /** The whole answer as the last event tells it. */
  readonly answer?: string;
  /** How often it had to come back. */
  readonly returns: number;
  /** What broke the order of frames. */
  readonly problems: readonly string[];
}

/** What the store has of an answer when all is over. */
export interface Stored {
  readonly state: string;
  readonly offset: string;
  readonly text?: string;
  readonly error?: { readonly code: string };
}

/** Ends that a viewer may see: a run of `goes` is given up only after many deaths, or where its beginning was lost. */
const ENDS = ["complete", "cancelled", "interrupted"];

/**
 * What is wrong with what the viewers of one answer have seen; nothing, as a rule. `cancelled`: what a canceller was told of its end.
 */
export function judge(
  { input: { count } }: Wanted,
  readings: readonly Reading[],
  stored: Stored,
  cancelled: string | undefined,
): string[] {
  const whole = numberedText(count);
  const [first] = readings;
  const told = cancelled === undefined || cancelled === stored.state ? [] : [`a cancel told as ${cancelled}`];
  const seen = readings.flatMap(({ streamId, text, end, offset, partialLength, answer, problems }) => [
    ...problems,
    ...(whole.startsWith(text) ? [] : [`text that its source did not write: ${difference(whole, text)}`]),
    ...(end === "complete" && (text !== whole || answer !== whole) ? ["complete, and not whole"] : []),
    ...(end === "cancelled" && partialLength !== text.length
      ? [`a receipt of ${partialLength} for ${text.length}`]
      : []),
    ...(ENDS.includes(end) ? [] : [`an end as ${end}`]),
    ...(streamId === first!.streamId ? [] : ["two streams for one request"]),
    ...(text === first!.text && end === first!.end && offset === first!.offset ? [] : ["two viewers saw two answers"]),
    ...(text === stored.text && offset === stored.offset ? [] : [`not what is stored, up to ${stored.offset}`]),
    ...(end === (stored.error?.code ?? stored.state) ? [] : [`an end that is stored as ${stored.state}`]),
  ]);
  return [...told, ...seen];
}

function difference(whole: string, text: string): string {
  const at = [...text].findIndex((_, index) => text[index] !== whole[index]);
  return `"${text.slice(Math.max(0, at - 20), at + 20)}" at ${at}`;
}
