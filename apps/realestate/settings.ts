import { join } from "node:path";
import type { Logger } from "sluice";
import type { Settings } from "../environment.ts";
import { realestate } from "./index.ts";
import { knowledgeBase } from "./knowledge-base.ts";
import { localDocuments } from "./local-documents.ts";
import type { OrchestratorOptions } from "./orchestrator.ts";

/** The sample documents that come with the system. */
export const SAMPLE_DOCUMENTS: string = join(import.meta.dirname, "documents");

/** Where the passages come from. */
export interface RealestateSettings {
  /** A Knowledge Base of Amazon Bedrock in place of a folder. */
  readonly knowledgeBase?: {
    readonly id: string;
    readonly region?: string;
    /**
     * The model that writes the answers out of its passages: a foundation model's ARN or that of an inference profile, as
     * `RetrieveAndGenerate` takes it. It goes before the source's own, for this system alone.
     */
    readonly modelArn?: string;
  };
  /** A folder of Markdown files; the samples by default. */
  readonly documents?: string;
}

/** The system as the environment asks for it. */
export function realestateFor(
  { knowledgeBase, documents }: Pick<Settings, "knowledgeBase" | "documents">,
  log?: Logger,
): Realestate {
  const settings = {
    ...(knowledgeBase !== undefined && { knowledgeBase }),
    ...(documents !== undefined && { documents }),
  };
  return realestate(realestateOptions(settings, log));
}

type Realestate = ReturnType<typeof realestate>;

/** Opens the retriever that the settings name. */
export function realestateOptions(
  { knowledgeBase: base, documents }: RealestateSettings,
  log?: Logger,
): OrchestratorOptions {
  if (base === undefined) return { retriever: localDocuments(documents ?? SAMPLE_DOCUMENTS, log) };
  const { id, region, modelArn } = base;
  return {
    retriever: knowledgeBase({ knowledgeBaseId: id, ...(region !== undefined && { region }) }),
    ...(modelArn !== undefined && { modelArn }),
  };
}
