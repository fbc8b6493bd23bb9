import type { StandInRequest } from "sluice/emulator/bedrock";
import { calculation } from "./offline/calculation.ts";
import { recollection } from "./offline/recollection.ts";
import { sentencesIn, summary } from "./offline/summary.ts";
import { wordCount } from "./offline/word-count.ts";

/** Who answers for the LLM gateway where no model is configured: one that explains, and one that says one sentence. */
export const llmStandIns: Readonly<Record<string, (request: StandInRequest) => string>> = {
  "offline.llm": (request) => answer(request, 3),
  "offline.llm-brief": (request) => answer(request, 1),
};

const ONE_SENTENCE = /\b(?:one|a single) (?:short )?sentence\b|\b(?:be brief|briefly)\b/i;

function answer(request: StandInRequest, sentences: number): string {
  const turns = request.messages.map(({ role, content }) => ({
    role,
    text: content.flatMap(({ text }) => text ?? []).join("\n"),
  }));
  const said = turns.filter(({ role }) => role === "user").map(({ text }) => text);
  const question = said.at(-1) ?? "";
  const most = ONE_SENTENCE.test(request.system) || ONE_SENTENCE.test(question) ? 1 : sentences;
  const found =
    recollection(said, request.system) ??
    calculation(question) ??
    wordCount(said) ??
    summary(said, most) ??
    plain(said);
  return sentencesIn(found).slice(0, most).join(" ");
}

/** Nothing that the rules know: says so, and what they know. */
function plain(said: readonly string[]): string {
  const opening = sentencesIn(said.at(-1) ?? "")[0] ?? "";
  const quoted = opening.length > 80 ? `${opening.slice(0, 80)}…` : opening;
  return (
    `You said: "${quoted.replace(/[.!?]$/, "")}". ` +
    "I am a stand-in that answers by rules, so I cannot say more about it. " +
    "I can calculate, count words, summarise a text, and remember what you told me."
  );
}
