import type { Piece, PromptMessage, StandInRequest, ToolResult } from "sluice/emulator/bedrock";
import { type JsonObject, isJsonObject } from "sluice/protocol";
import { reasonOf, textOf, valueOf } from "../tool-results.ts";
import { findPhrase } from "./dates/find-phrase.ts";
import { fieldOf, statementOf, subjectOf } from "./offline/subject.ts";
import type { Prediction } from "./prediction.ts";
import { inquiryIn } from "./prompt.ts";
import { CURRENT_TIME, PARSE_DATE } from "./tools.ts";

/** Where the prediction names no date that there is. */
const FALLBACK = "by the end of this year";

interface Round {
  readonly name: string;
  readonly input: JsonObject;
  readonly result: ToolResult;
}

/**
 * Plays the agent's model: asks for the time, has the date read that it finds in the prompt, and writes the prediction out of the
 * tools' results and the prompt's own words. It knows nothing of its own.
 */
export function predictionsStandIn({ messages }: StandInRequest): Piece[] {
  const inquiry = messages.map((message) => inquiryIn(textOf(message))).findLast((found) => found !== undefined);
  if (inquiry === undefined) return [{ text: "Please send a prediction." }];
  const { prediction, timezone } = inquiry;
  const rounds = roundsIn(messages);
  const time = rounds.find(({ name }) => name === CURRENT_TIME);
  if (time === undefined) {
    return [
      { text: "I'll analyze this prediction. First, I need to check the current time.\n\n" },
      { toolUse: { name: CURRENT_TIME, input: { timezone } } },
    ];
  }
  const now = Date.parse(String(fieldsOf(time.result)["utc"])) || Date.now();
  const phrase = findPhrase(prediction, now);
  const parses = rounds.filter(({ name }) => name === PARSE_DATE);
  const read = parses.find(({ result }) => result.status === "success");
  const refused = parses.find(({ result }) => result.status === "error");
  if (read === undefined && parses.length < 2) {
    const said =
      refused === undefined
        ? saidOf(phrase)
        : `That date cannot be: ${refusalOf(refused)} I take the end of this year.`;
    const date_string = refused === undefined ? (phrase ?? FALLBACK) : FALLBACK;
    return [{ text: `${said}\n\n` }, { toolUse: { name: PARSE_DATE, input: { date_string, timezone } } }];
  }
  if (read === undefined) return [{ text: `I cannot find a date for this prediction: ${refusalOf(refused!)}` }];
  const json = JSON.stringify(predictionOf(prediction, phrase, read, refused), undefined, 2);
  return [{ text: `Now I'll prepare the verification of this prediction.\n\n\`\`\`json\n${json}\n\`\`\`\n` }];
}

function saidOf(phrase: string | undefined): string {
  return phrase === undefined
    ? "The prediction names no date, so I take the end of this year."
    : `The prediction says when: “${phrase}”. I'll find out which moment that is.`;
}

function predictionOf(text: string, phrase: string | undefined, read: Round, refused: Round | undefined): Prediction {
  const { utc, local, meaning, note, timezone } = fieldsOf(read.result);
  const statement = statementOf(text);
  const subject = subjectOf(statement);
  const { source, measure } = fieldOf(statement);
  const moment = `${String(local)} in ${String(timezone)}`;
  const because =
    refused !== undefined
      ? `The prediction names “${phrase ?? ""}”, which cannot be: ${refusalOf(refused)} Instead the end of this year is taken.`
      : phrase === undefined
        ? "The prediction names no date; the end of this year is taken."
        : `The prediction says “${phrase}”.`;
  return {
    prediction_statement: statement,
    verification_date: String(utc),
    date_reasoning: `${because} That is ${String(meaning)}: ${moment}.${note === undefined ? "" : ` ${String(note)}`}`,
    verification_method: {
      source,
      criteria: [
        `By ${moment} the following must be the case: ${statement}.`,
        `What counts is ${measure}; a later correction changes nothing.`,
      ],
      steps: [
        `Wait until ${moment}.`,
        ...source.map((place) => `Look up: ${place}.`),
        `Compare what the sources say about ${subject} with the prediction, word by word.`,
        "Record the prediction as true or false, with links to the sources.",
      ],
    },
    initial_status: "pending",
  };
}

/** The tool calls so far, each with its result. */
function roundsIn(messages: readonly PromptMessage[]): Round[] {
  const blocks = messages.flatMap(({ content }) => content);
  return blocks.flatMap(({ toolUse }) => {
    const result = blocks.find(({ toolResult }) => toolResult?.toolUseId === toolUse?.toolUseId)?.toolResult;
    if (toolUse === undefined || result === undefined) return [];
    return [{ name: toolUse.name, input: isJsonObject(toolUse.input) ? toolUse.input : {}, result }];
  });
}

/** A result as an object. */
function fieldsOf(result: ToolResult): JsonObject {
  const value = valueOf(result);
  return isJsonObject(value) ? value : {};
}

function refusalOf({ result }: Round): string {
  return reasonOf(result) ?? "the tool gave no reason.";
}
