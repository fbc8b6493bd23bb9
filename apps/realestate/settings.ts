import { join } from "node:path";
import { knowledgeBase } from "./knowledge-base.ts";
import { localDocuments } from "./local-documents.ts";
import type { OrchestratorOptions } from "./orchestrator.ts";

/** The sample documents that come with the system. */
export const SAMPLE_DOCUMENTS: string = join(import.meta.dirname, "documents");

/**
 * What the environment says about this system; an empty variable counts as unset.
 *
 * KNOWLEDGE_BASE_ID: passages come from this Knowledge Base of Amazon Bedrock instead of a folder.
 * MODEL_ARN: beside it, the model that writes the answers out of its passages: a foundation model's ARN or that of an inference
 * profile, as `RetrieveAndGenerate` takes it. It goes before SLUICE_MODEL for this system alone, and only where Bedrock answers:
 * neither a stand-in nor a server of another kind knows an ARN.
 * SLUICE_DOCUMENTS: a folder of one's own Markdown files in place of the samples.
 */
export function realestateSettings(environment: Readonly<Record<string, string | undefined>>): OrchestratorOptions {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const knowledgeBaseId = read("KNOWLEDGE_BASE_ID");
  if (knowledgeBaseId === undefined) return { retriever: localDocuments(read("SLUICE_DOCUMENTS") ?? SAMPLE_DOCUMENTS) };
  const modelArn = read("MODEL_ARN");
  const bedrockAnswers = /^bedrock:/i.test(read("SLUICE_MODEL") ?? "bedrock:");
  // The SDK itself reads AWS_REGION and the profile, not the name that other AWS tools use.
  const region = read("AWS_REGION") ?? read("AWS_DEFAULT_REGION");
  return {
    retriever: knowledgeBase({ knowledgeBaseId, ...(region !== undefined && { region }) }),
    ...(modelArn !== undefined && bedrockAnswers && { modelArn }),
  };
}
