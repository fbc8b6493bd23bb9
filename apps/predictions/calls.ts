import { randomUUID } from "node:crypto";
import { type Endpoint, type JsonObject, SluiceError, parseWith } from "sluice";
import { predictionSchema } from "./prediction.ts";

const COLLECTION = "calls";
const PAGE_SIZE = 50;
/** A DynamoDB item holds 400 KB. */
const MAX_BYTES = 300_000;

interface Stored {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly value: JsonObject;
}

/**
 * The caller's saved predictions, newest first: `POST /predictions/calls` (a prediction) gives 201 with it, its `id` and its
 * `createdAt` (ISO 8601 in UTC); `GET /predictions/calls?cursor=` gives `{items, nextCursor?}`; `DELETE /predictions/calls/{id}`
 * gives 204, or `not_found`.
 */
export const callEndpoints: readonly Endpoint[] = [
  {
    method: "POST",
    path: "/calls",
    async handle({ body, records }) {
      const prediction = { ...(await parseWith(predictionSchema, body)) } as unknown as JsonObject;
      if (Buffer.byteLength(JSON.stringify(prediction)) > MAX_BYTES) {
        throw new SluiceError("payload_too_large", `A prediction may hold ${MAX_BYTES} bytes at most.`);
      }
      return { status: 201, body: callOf(await records.put(COLLECTION, randomUUID(), prediction, 0)) };
    },
  },
  {
    method: "GET",
    path: "/calls",
    async handle({ query, records }) {
      const page = await records.list(COLLECTION, PAGE_SIZE, query.get("cursor") ?? undefined);
      const { items, nextCursor } = page;
      return { status: 200, body: { items: items.map(callOf), ...(nextCursor !== undefined && { nextCursor }) } };
    },
  },
  {
    method: "DELETE",
    path: "/calls/:id",
    async handle({ params, records }) {
      if (await records.delete(COLLECTION, params["id"]!)) return { status: 204 };
      throw new SluiceError("not_found", "There is no such call.");
    },
  },
];

function callOf({ id, createdAt, value }: Stored): JsonObject {
  return { ...value, id, createdAt: new Date(createdAt).toISOString() };
}
