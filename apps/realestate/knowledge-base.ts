import {
  BedrockAgentRuntimeClient,
  type KnowledgeBaseRetrievalResult,
  type RetrievalResultContent,
  type RetrievalResultLocation,
  RetrieveCommand,
} from "@aws-sdk/client-bedrock-agent-runtime";
import { SluiceError } from "sluice";
import type { Passage, Retriever } from "./retriever.ts";

export interface KnowledgeBaseOptions {
  readonly knowledgeBaseId: string;
  /** Default: the SDK's own rules. */
  readonly region?: string;
  /** Takes the place of `region`. Default: one made by the SDK's own rules, which tries three times. */
  readonly client?: BedrockAgentRuntimeClient;
  /** How long one search may take with all its attempts, milliseconds; default 15 s. */
  readonly timeoutMs?: number;
}

/** A search is a few words: what is longer is cut. */
const MAX_QUERY = 1000;

/**
 * A Knowledge Base of Amazon Bedrock, asked by `Retrieve`, which finds passages and writes nothing: the answer is the agent's
 * own. No number of results is asked for (the service gives five), since each kind of knowledge base has its own field for it.
 */
export function knowledgeBase(options: KnowledgeBaseOptions): Retriever {
  const { knowledgeBaseId, region, timeoutMs = 15_000 } = options;
  const client = options.client ?? new BedrockAgentRuntimeClient(region === undefined ? {} : { region });
  return {
    async search(query, { limit, signal }) {
      signal.throwIfAborted();
      const tooLate = AbortSignal.timeout(timeoutMs);
      const command = new RetrieveCommand({ knowledgeBaseId, retrievalQuery: { text: query.slice(0, MAX_QUERY) } });
      try {
        const answer = await client.send(command, { abortSignal: AbortSignal.any([signal, tooLate]) });
        return (answer.retrievalResults ?? []).flatMap(passagesOf).slice(0, limit);
      } catch (thrown) {
        signal.throwIfAborted();
        throw tooLate.aborted
          ? new SluiceError("timeout", "The knowledge base did not answer in time.")
          : failure(thrown);
      }
    },
  };
}

/** The SDK's messages name accounts and roles: they stay in the cause. */
function failure(thrown: unknown): SluiceError {
  const cause = { cause: thrown };
  switch (thrown instanceof Error ? thrown.name : "") {
    case "ThrottlingException":
    case "ServiceQuotaExceededException":
      return new SluiceError("upstream_throttled", "The knowledge base takes no more questions for now.", cause);
    case "ResourceNotFoundException":
      return new SluiceError("upstream_error", "The knowledge base does not exist.", cause);
    case "AccessDeniedException":
      return new SluiceError("upstream_error", "The knowledge base refused access.", cause);
    case "ValidationException":
      return new SluiceError("upstream_error", "The knowledge base did not accept the question.", cause);
    default:
      return new SluiceError("upstream_error", "The knowledge base could not be asked.", cause);
  }
}

function passagesOf({ content, location, metadata, score }: KnowledgeBaseRetrievalResult): Passage[] {
  const text = textOf(content);
  if (text === "") return [];
  const told = (key: string): string => {
    const value = metadata?.[key];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const page = told("x-amz-bedrock-kb-document-page-number");
  const heading = told("heading") || (/^#{1,6}\s+(.+)$/m.exec(text)?.[1]?.trim() ?? "");
  return [
    {
      file: fileOf(location) || told("x-amz-bedrock-kb-source-uri") || "knowledge base",
      heading: heading || (page === "" ? "" : `page ${page}`),
      title: told("title"),
      text,
      score: score ?? 0,
    },
  ];
}

/** Of a table's row the columns' names and values. */
function textOf(content: RetrievalResultContent | undefined): string {
  if (content?.row === undefined) return content?.text?.trim() ?? "";
  return content.row.map(({ columnName, columnValue }) => `${columnName}: ${columnValue}`).join("\n");
}

/** The key of an object in S3, without its bucket; elsewhere the page's address or the document's id. */
function fileOf(location: RetrievalResultLocation | undefined): string {
  if (location?.s3Location?.uri !== undefined) return location.s3Location.uri.replace(/^s3:\/\/[^/]+\//, "");
  const { webLocation, confluenceLocation, salesforceLocation, sharePointLocation } = location ?? {};
  const page = webLocation ?? confluenceLocation ?? salesforceLocation ?? sharePointLocation;
  return page?.url ?? location?.kendraDocumentLocation?.uri ?? location?.customDocumentLocation?.id ?? "";
}
