import { Agent } from "@strands-agents/sdk";
import { type Clock, type ProgressEvent, type Route, SluiceError, route, status } from "sluice";
import { runAgent, sourceModel } from "sluice/source/strands";
import { z } from "zod";
import { isZone } from "./dates/zone.ts";
import type { Prediction } from "./prediction.ts";
import { SYSTEM_PROMPT, promptFor, repairPrompt } from "./prompt.ts";
import { readPrediction } from "./read-prediction.ts";
import { predictionTools } from "./tools.ts";

/** What a client sends: a prediction of 8,000 UTF-16 units at most, and the IANA time zone in which its dates are meant. */
export interface MakecallInput {
  readonly prompt: string;
  /** UTC by default. */
  readonly timezone?: string | null | undefined;
}

/** An agent that goes round in circles ends here. */
const MAX_RUN_TOKENS = 500_000;
const MAX_PROMPT = 8000;
const MAX_TOKENS = 4000;
/** One answer and one correction. */
const ROUNDS = 2;

const input = z.object({
  prompt: z.string().max(MAX_PROMPT).regex(/\S/, "must not be empty"),
  timezone: z
    .string()
    .max(64)
    .refine(isZone, "must be an IANA time zone, like Europe/Paris")
    .nullish()
    .transform((zone) => zone ?? "UTC"),
});

/** The route `makecall`: a prediction in words becomes one that can be verified. The result is the prediction. */
export function makecallRoute(clock: Clock): Route<MakecallInput, Prediction> {
  return route({
    maxTokens: MAX_RUN_TOKENS,
    input,
    async *run({ input: { prompt, timezone }, source, signal, log }) {
      yield status("Processing your prediction with AI agent...");
      const agent = new Agent({
        model: sourceModel(source, { maxTokens: MAX_TOKENS }),
        tools: predictionTools(clock, timezone, log),
        systemPrompt: SYSTEM_PROMPT,
        toolExecutor: "sequential",
        printer: false,
      });
      let asked = promptFor(prompt.trim(), timezone);
      let reasons: readonly string[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const reading = readPrediction(yield* lastMessage(runAgent(agent, asked, { signal })));
        if ("prediction" in reading) return reading.prediction;
        reasons = reading.reasons;
        log.warn({ round, reasons }, "the model's prediction does not fit");
        asked = repairPrompt(reasons);
      }
      throw new SluiceError("upstream_error", `The model gave no prediction that can be used: ${reasons.join("; ")}.`);
    },
  });
}

/** Passes everything through, and gives the text of the message that the agent ended with. */
async function* lastMessage(steps: AsyncIterable<ProgressEvent>): AsyncGenerator<ProgressEvent, string, void> {
  let message = "";
  for await (const event of steps) {
    if (event.type === "message") message = event.content;
    yield event;
  }
  return message;
}
