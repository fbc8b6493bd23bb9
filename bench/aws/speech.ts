import { microseconds } from "../microseconds.ts";
import { numberedToken } from "../../src/testing/numbered-tokens.ts";

/** What one answer is. It survives JSON. */
export interface Speech {
  /** Tells one answer from the next. */
  readonly label: string;
  readonly tokens: number;
  readonly perSecond: number;
}

/** When each token of an answer was there, on the machine's monotonic clock, microseconds. */
export interface Spoken {
  readonly label: string;
  readonly emitted: readonly number[];
}

/**
 * Numbered tokens at an even pace that does not depend on who takes them: as a model, it goes on while its reader is busy.
 * At the end `spoken` hears when each was there.
 */
export async function* speak(
  { label, tokens, perSecond }: Speech,
  spoken: (spoken: Spoken) => void,
): AsyncGenerator<string> {
  const emitted: number[] = [];
  let wake: () => void = () => {};
  const begun = microseconds();
  const next = (): void => {
    emitted.push(microseconds());
    wake();
    if (emitted.length === tokens) return;
    const due = begun + ((emitted.length + 1) * 1e6) / perSecond;
    setTimeout(next, (due - microseconds()) / 1000);
  };
  setTimeout(next, 1000 / perSecond);
  for (let number = 0; number < tokens; number += 1) {
    if (number === emitted.length) await new Promise<void>((resolve) => (wake = resolve));
    yield numberedToken(number);
  }
  spoken({ label, emitted });
}
