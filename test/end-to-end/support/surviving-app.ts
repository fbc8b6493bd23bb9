import { setTimeout as pause } from "node:timers/promises";
import { type Gateway, type Route, continuedSource, gateway, route } from "sluice";
import {
  type BedrockEmulator,
  FLAT_OUT,
  type Piece,
  type StandInRequest,
  startBedrockEmulator,
} from "sluice/emulator/bedrock";
import { z } from "zod";
import { numberedText, numberedToken } from "../../../src/testing/numbered-tokens.ts";
import { MODEL_ID } from "./model.ts";
import { proof } from "./proof-app.ts";

type Asking = Route<{ prompt: string }, { length: number }>;

/** The model's answer to a prompt; what becomes of it when its process dies is the route's. */
function asking(onCrash: "fail" | "continue"): Asking {
  return route({
    input: z.object({ prompt: z.string() }),
    onCrash,
    async *run({ input: { prompt }, source, soFar, signal }) {
      const model = continuedSource(source, soFar);
      const answer = yield* model.stream({ messages: [{ role: "user", content: prompt }], signal });
      return { length: answer.text.length };
    },
  });
}

/** Answers that go on after a crash, and others that fail. */
export const surviving: Gateway = gateway({
  routes: { lasting: asking("continue"), frail: asking("fail") },
  dialect: proof.dialect,
});

/** Asks for so many tokens, so far apart; the label tells one run's calls from another's. */
export function promptFor(label: string, count: number, everyMs: number): string {
  return `${count} tokens, ${everyMs} ms; ${label}`;
}

/** Answers a prompt of `promptFor`; asked to go on, it does so exactly where its own text ends. */
export function startGoingOnModel(): Promise<BedrockEmulator> {
  return startBedrockEmulator({ models: { [MODEL_ID]: goOn }, pace: FLAT_OUT, keepCalls: 10_000 });
}

async function* goOn({ messages, signal }: StandInRequest): AsyncGenerator<Piece> {
  const [prompt, said = ""] = messages.map(({ content }) => content.map(({ text }) => text ?? "").join(""));
  const [, count, ms] = /^(\d+) tokens, (\d+) ms/.exec(prompt!)!;
  if (!numberedText(Number(count)).startsWith(said)) throw new Error(`The answer so far is not one: ${said}`);
  let end = 0;
  for (let number = 0; number < Number(count) && !signal.aborted; number += 1) {
    const token = numberedToken(number);
    end += token.length;
    if (end <= said.length) continue;
    yield { text: token.slice(-Math.min(token.length, end - said.length)) };
    await pause(Number(ms), undefined, { signal });
  }
}
