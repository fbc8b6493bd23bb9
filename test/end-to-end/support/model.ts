import { setTimeout as pause } from "node:timers/promises";
import {
  type BedrockEmulator,
  FLAT_OUT,
  type Piece,
  type StandInRequest,
  lastUserText,
  startBedrockEmulator,
} from "sluice/emulator/bedrock";
import { numberedToken } from "../../../src/testing/numbered-tokens.ts";

export const MODEL_ID = "offline.proof";

/** A Bedrock runtime whose model answers `100 tokens, 20 ms` with a hundred numbered tokens, 20 ms apart. */
export function startModel(): Promise<BedrockEmulator> {
  return startBedrockEmulator({ models: { [MODEL_ID]: answer }, pace: FLAT_OUT });
}

async function* answer(request: StandInRequest): AsyncGenerator<Piece> {
  const [, count, ms] = /^(\d+) tokens(?:, (\d+) ms)?/.exec(lastUserText(request)) ?? [];
  for (let number = 0; number < Number(count ?? 10) && !request.signal.aborted; number += 1) {
    yield { text: numberedToken(number) };
    if (ms !== undefined) await pause(Number(ms), undefined, { signal: request.signal });
  }
}
