import type { Tool } from "@strands-agents/sdk";
import { type JsonObject, SluiceError } from "sluice";
import { z } from "zod";
import { type Library, type Passage, markOf } from "../retriever.ts";
import { makeTool } from "../../agent-tool.ts";
import type { Toolkit } from "./toolkit.ts";

const MAX_PASSAGES = 5;
/** UTF-16 units of a search: more than a few words is not one. */
const MAX_QUERY = 1000;
/** UTF-16 units that the model gets of a passage and of a section: a whole book would crowd out the question. */
const MAX_PASSAGE = 4000;
const MAX_SECTION = 40_000;

/** The tools that bring documents to an agent: search, and where there is a library, its list and its sections. */
export function documentTools(kit: Toolkit): Tool[] {
  const { library } = kit.retriever;
  const search = searchDocuments(kit);
  return library === undefined ? [search] : [search, listDocuments(kit, library), readSection(kit, library)];
}

function searchDocuments(kit: Toolkit): Tool {
  return makeTool(kit, {
    name: "search_documents",
    description: "Finds passages about some words. Search with the few words that matter, not with a sentence.",
    input: z.object({
      query: z.string().max(MAX_QUERY).regex(/\S/, "must not be empty").describe("What to look for."),
    }),
    use: async ({ query }) => {
      const passages = await kit.retriever.search(query, { limit: MAX_PASSAGES, signal: kit.signal });
      kit.findings.add(passages);
      return { passages: passages.map((passage) => shown(passage, MAX_PASSAGE)) };
    },
  });
}

function listDocuments(kit: Toolkit, library: Library): Tool {
  return makeTool(kit, {
    name: "list_documents",
    description: "Lists all documents with their headings.",
    input: z.object({}),
    use: async () => ({
      documents: (await library.list()).map(({ file, title, headings }) => ({ file, title, headings })),
    }),
  });
}

function readSection(kit: Toolkit, library: Library): Tool {
  return makeTool(kit, {
    name: "read_section",
    description: "Gives what stands under one heading of one document.",
    input: z.object({
      file: z.string().describe("As the list of documents or a passage names it."),
      heading: z.string().describe("As the list of documents or a passage names it."),
    }),
    use: async (place) => {
      const passage = await library.read(place);
      if (passage === undefined) {
        throw new SluiceError("not_found", `There is no section "${place.heading}" in a document "${place.file}".`);
      }
      kit.findings.add([passage]);
      return shown(passage, MAX_SECTION);
    },
  });
}

function shown(passage: Passage, max: number): JsonObject {
  const { file, heading, title, text } = passage;
  const place = { citation: markOf(passage), file, heading, title };
  return text.length <= max
    ? { ...place, text }
    : { ...place, text: `${text.slice(0, max).toWellFormed()} …`, clipped: true };
}
