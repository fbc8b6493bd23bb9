import { type Endpoint, type EndpointRequest, type JsonObject, type OwnRecords, parseWith } from "sluice";
import { z } from "zod";

/** A standing wish of a project, like its tone or its readers; it shapes the prompt. Sizes in UTF-16 units. */
export interface Card extends JsonObject {
  readonly name: string;
  readonly text: string;
}

const COLLECTION = "cards";
const MAX_CARDS = 50;
const MAX_NAME = 200;
const MAX_TEXT = 10_000;
/** A DynamoDB item holds 400 KB; this many units are 300 KB of UTF-8 at most. */
const MAX_TOTAL = 100_000;

export const projectIdSchema: z.ZodString = z.string().min(1).max(128);

const cardsSchema = z.object({
  cards: z
    .array(z.object({ name: z.string().min(1).max(MAX_NAME), text: z.string().max(MAX_TEXT) }))
    .max(MAX_CARDS)
    .refine((cards) => sizeOf(cards) <= MAX_TOTAL, `all cards together may hold ${MAX_TOTAL} characters at most`),
});

/** The cards of one of the caller's projects; none where nobody has put any. */
export async function loadCards(records: OwnRecords, projectId: string): Promise<readonly Card[]> {
  const record = await records.get(COLLECTION, projectId);
  return record === undefined ? [] : (record.value["cards"] as readonly Card[]);
}

/** `GET` and `PUT /titles/projects/{projectId}/cards`: `{cards: [{name, text}]}`. */
export const cardEndpoints: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/projects/:projectId/cards",
    async handle(request) {
      return { status: 200, body: { cards: await loadCards(request.records, await projectIdOf(request)) } };
    },
  },
  {
    method: "PUT",
    path: "/projects/:projectId/cards",
    async handle(request) {
      const projectId = await projectIdOf(request);
      const { cards } = await parseWith(cardsSchema, request.body);
      await request.records.put(COLLECTION, projectId, { cards });
      return { status: 200, body: { cards } };
    },
  },
];

async function projectIdOf(request: EndpointRequest): Promise<string> {
  const { projectId } = await parseWith(z.object({ projectId: projectIdSchema }), request.params);
  return projectId;
}

function sizeOf(cards: readonly { name: string; text: string }[]): number {
  return cards.reduce((size, { name, text }) => size + name.length + text.length, 0);
}
