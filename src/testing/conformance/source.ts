import { register, type TestRunner } from "./runner.ts";
import { ANSWERING } from "./source/answering.ts";
import type { SourcePlace, SourceScript } from "./source/case.ts";

export type { ScriptPiece, SourcePlace, SourceScript, UpstreamRecord } from "./source/case.ts";

/** A source to be held against the contract. */
export interface SourceSuite {
  /** Names the source in the titles. */
  readonly name: string;
  /**
   * Gives a source whose provider plays the script. It tries three times at most, its model may be silent for 60 s, and it
   * reckons time by a clock that stands still until `advance`, except that pauses of less than a second take none.
   */
  open(script: SourceScript): Promise<SourcePlace>;
}

/** Registers the conformance suite of the source contract: every law by its number. */
export function describeSource(runner: TestRunner, suite: SourceSuite): void {
  runner.describe(`${suite.name} source`, () => {
    for (const { title, script, run } of ANSWERING) {
      register(runner, title, async () => {
        const place = await suite.open(script);
        try {
          await run(place);
        } finally {
          await place.close();
        }
      });
    }
  });
}
