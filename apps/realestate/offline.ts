import type { PromptMessage, StandInRequest, ToolResult } from "sluice/emulator/bedrock";
import { type Json, isJsonObject } from "sluice/protocol";
import { reasonOf, textOf, valueOf } from "../tool-results.ts";
import { coverageCallFor, coverageSentence } from "./offline/coverage.ts";
import { type Found, excerptOf } from "./offline/excerpt.ts";
import { inquiryIn } from "./prompt.ts";
import { wordsOf } from "./local-documents/terms.ts";

const SEARCH = "search_documents";
const COVERAGE = "lot_coverage";
const MAX_WORDS = 16;
const MAX_EXCERPTS = 3;

interface Turn {
  readonly toolUse: { readonly name: string; readonly input: Json };
}

/**
 * Plays the agents' model: searches with the words of the question, reckons where the question gives the figures for it, and
 * answers with the sentences found, each behind its citation. It adds nothing of its own.
 */
export function realestateStandIn(request: StandInRequest): string | Turn[] {
  const { question, context } = inquiryIn(textOf(request.messages[0]));
  const results = resultsIn(request.messages);
  const offers = (name: string): boolean => request.tools.some((tool) => tool.name === name);
  const words = wordsOf(question);
  const searched = results.get(SEARCH);
  if (searched === undefined && offers(SEARCH)) {
    const query =
      (words.length > 0 ? words : wordsOf(context ?? "")).slice(0, MAX_WORDS).join(" ") || question.slice(0, 200);
    return [{ toolUse: { name: SEARCH, input: { query } } }];
  }
  const found = searched === undefined ? [] : passagesIn(searched);
  const coverage = results.get(COVERAGE);
  const call = coverage === undefined && offers(COVERAGE) ? coverageCallFor(question, found) : undefined;
  if (call !== undefined) return [{ toolUse: { name: COVERAGE, input: call } }];
  return answerOf(words, searched, found, coverageSentence(coverage === undefined ? undefined : valueOf(coverage)));
}

function answerOf(
  words: string[],
  searched: ToolResult | undefined,
  found: readonly Found[],
  reckoned: string,
): string {
  if (searched?.status === "error") {
    return `I could not search the documents: ${reasonOf(searched) ?? "the search failed."} Without them I give no answer; please ask again later.`;
  }
  const topic = words.length === 0 ? "that" : `“${words.slice(0, 8).join(" ")}”`;
  if (found.length === 0) {
    return `I found nothing about ${topic} in the documents. Other words may help, or a question about what the documents cover.`;
  }
  const excerpts = found.slice(0, MAX_EXCERPTS).map((passage) => itemOf(passage, words));
  const titles = [...new Set(found.slice(0, MAX_EXCERPTS).map(({ title }) => title))].filter((title) => title !== "");
  const sources = titles.length === 0 ? "" : ` (${titles.join("; ")})`;
  const answer = `This is what the documents say about ${topic}${sources}:\n\n${excerpts.join("\n")}\n`;
  return reckoned === "" ? answer : `${answer}\n${reckoned}\n`;
}

function itemOf(passage: Found, words: readonly string[]): string {
  const { heading, title, citation } = passage;
  // Under a heading of its own a rule may begin in the middle of a thought: "Needed in …".
  const subject = heading === "" || heading === title ? "" : `${heading}: `;
  return `- ${subject}${excerptOf(passage, words)} ${citation}`;
}

/** The last result of each tool, by the tool's name. */
function resultsIn(messages: readonly PromptMessage[]): Map<string, ToolResult> {
  const names = new Map<string, string>();
  const results = new Map<string, ToolResult>();
  for (const { toolUse, toolResult } of messages.flatMap(({ content }) => content)) {
    if (toolUse !== undefined) names.set(toolUse.toolUseId, toolUse.name);
    if (toolResult !== undefined) results.set(names.get(toolResult.toolUseId) ?? "", toolResult);
  }
  return results;
}

function passagesIn(result: ToolResult): Found[] {
  const value = valueOf(result);
  const passages = isJsonObject(value) ? value["passages"] : undefined;
  return Array.isArray(passages) ? (passages as Found[]) : [];
}
