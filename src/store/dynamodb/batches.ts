import type { Append } from "../../store.ts";
import { type LoggedEvent, streamGone } from "../portion.ts";
import { asideKey, digest } from "./keys.ts";
import type { Item, TableClient } from "./table-client.ts";

/** Bytes of one append that the head itself takes; a larger one is put aside first, and counts once the head names it. */
const INLINE_BYTES = 24 * 1024;

/** Bytes of an item that holds a piece of one; DynamoDB ends at 400 KB. */
const ASIDE_BYTES = 256 * 1024;

/**
 * The events of one append as text: `<seq> <at>` and the events, one a line; or `<seq> <at> <parts> <name>` where they were put
 * aside. The name is made from what they are, so that another writer's late try changes nothing.
 */
export async function batchOf(
  db: TableClient,
  append: Pick<Append, "streamId" | "epoch" | "seq" | "at" | "events">,
  ttl: Item,
): Promise<string> {
  const { streamId, epoch, seq, at, events } = append;
  const text = events.join("\n");
  if (Buffer.byteLength(text) <= INLINE_BYTES) return `${seq} ${at}\n${text}`;
  const name = `${epoch}-${seq}-${await digest(text)}`;
  const bytes = Buffer.from(text);
  const parts = Math.ceil(bytes.length / ASIDE_BYTES);
  for (let part = 0; part < parts; part += 1) {
    const piece = bytes.subarray(part * ASIDE_BYTES, (part + 1) * ASIDE_BYTES);
    await db.put(asideKey(streamId, name, part), { bytes: { B: piece }, ...ttl });
  }
  return `${seq} ${at} ${parts} ${name}`;
}

/** The events of a batch; throws `stream_gone` where they were erased meanwhile. */
export async function eventsOf(db: TableClient, streamId: string, batch: string): Promise<LoggedEvent[]> {
  const line = batch.indexOf("\n");
  const [seq, at, parts, name] = (line < 0 ? batch : batch.slice(0, line)).split(" ");
  const text = name === undefined ? batch.slice(line + 1) : await aside(db, streamId, name, Number(parts));
  return text.split("\n").map((json, index) => ({ seq: Number(seq) + index, at: Number(at), json }));
}

/** Seq of the batch's first event. */
export function seqOf(batch: string): number {
  return Number.parseInt(batch, 10);
}

async function aside(db: TableClient, streamId: string, name: string, parts: number): Promise<string> {
  const keys = Array.from({ length: parts }, (_, part) => asideKey(streamId, name, part));
  const pieces = await Promise.all(keys.map((key) => db.get(key)));
  const bytes = pieces.flatMap((piece) => piece?.["bytes"]?.B ?? []);
  if (bytes.length < parts) throw streamGone(streamId);
  return Buffer.concat(bytes).toString("utf8");
}
