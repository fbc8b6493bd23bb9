import { createHash } from "node:crypto";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Append, Appended } from "../../src/store.ts";
import type { LoggedEvent } from "../../src/store/portion.ts";
import { epochOf, isValidOffset, type Offset } from "../../src/protocol/offset.ts";

/**
 * One head item per stream, which holds the newest events too (its tail), so that an append is one conditional update.
 * Before a tail grows too big it is copied to an item of its own, and the next append begins a new one. What is copied is
 * committed already: whoever copies it, however late, writes the same. An append too big for the head is put aside first,
 * under a name made from what it holds, and counts only once the head names it.
 */
export interface HeadItem {
  readonly epochs: readonly number[];
  readonly seq: number;
  readonly state: string;
  readonly cancel: boolean;
  /** Who follows: connection id to the offset from which it wants to be served. */
  readonly followers: ReadonlyMap<string, string>;
  /** Seq of the first event in `tail`; those before it are in items of their own. */
  readonly tailFrom: number;
  /** Batches as `<seq> <at>` and the events, one a line; or `<seq> <at> <count> <name>` where they were put aside. */
  readonly tail: readonly string[];
}

type Item = Record<string, AttributeValue>;

const S = (text: string): AttributeValue => ({ S: text });
const N = (value: number): AttributeValue => ({ N: String(value) });
const key = (streamId: string, place: string): Item => ({ pk: S(streamId), sk: S(place) });
const eventsAt = (last: number): string => `events#${String(last).padStart(15, "0")}`;
const lines = (tail: readonly string[]): AttributeValue => ({ L: tail.map(S) });
const sizeOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);

export class HeadItemLog {
  readonly #db: DynamoDBClient;
  readonly #table: string;
  readonly #limits: { readonly tailBytes: number; readonly inlineBytes: number };
  /** Heads of the streams written here, as the last append's answer told them. */
  readonly #heads: Map<string, HeadItem> = new Map();

  constructor(db: DynamoDBClient, table: string, limits: { tailBytes: number; inlineBytes: number }) {
    this.#db = db;
    this.#table = table;
    this.#limits = limits;
  }

  async createTable(): Promise<void> {
    const names = ["pk", "sk"];
    await this.#db.send(
      new CreateTableCommand({
        TableName: this.#table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" })),
      }),
    );
  }

  async open(streamId: string, startJson: string, at: number): Promise<void> {
    const numbers = { epoch: N(1), seq: N(0), tailFrom: N(0), epochs: { M: { "1": N(0) } } };
    const rest = {
      state: S("running"),
      cancel: { BOOL: false },
      followers: { M: {} },
      tail: lines([`0 ${at}\n${startJson}`]),
    };
    const Item = { ...key(streamId, "head"), ...numbers, ...rest };
    await this.#db.send(
      new PutItemCommand({ TableName: this.#table, Item, ConditionExpression: "attribute_not_exists(pk)" }),
    );
    this.#heads.set(streamId, headOf(Item));
  }

  async append(append: Append): Promise<Appended> {
    const { streamId, seq } = append;
    try {
      const head = this.#heads.get(streamId) ?? (await this.head(streamId));
      const batch = await this.#batch(append);
      const stored = head?.seq === seq - 1 ? await this.#move(head, append, batch) : undefined;
      if (stored === undefined || append.end !== undefined) this.#heads.delete(streamId);
      else this.#heads.set(streamId, stored);
      if (stored !== undefined) return { outcome: "stored", cancel: stored.cancel };
      const now = await this.head(streamId);
      return now !== undefined && holds(now, append, batch)
        ? { outcome: "stored", cancel: now.cancel }
        : { outcome: "fenced" };
    } catch (error) {
      this.#heads.delete(streamId);
      return { outcome: "failed", error: error as Error };
    }
  }

  /** The events after a place; undefined where the stream does not go on from there (S7). */
  async read(streamId: string, after?: Offset): Promise<readonly LoggedEvent[] | undefined> {
    const known = this.#heads.get(streamId);
    const head = known !== undefined && goesOn(known, after) ? known : await this.head(streamId);
    if (head === undefined || !goesOn(head, after)) return undefined;
    const from = (after?.seq ?? -1) + 1;
    const older = from < head.tailFrom ? await this.#older(streamId, from, head.tailFrom - 1) : [];
    const batches = await Promise.all([...older, ...head.tail].map((batch) => this.#events(streamId, batch)));
    const events: LoggedEvent[] = [];
    // A copy that was made late may hold again what the next one holds: only the next seq counts.
    for (const event of batches.flat()) if (event.seq === from + events.length) events.push(event);
    return from + events.length === head.seq + 1 ? events : undefined;
  }

  async head(streamId: string): Promise<HeadItem | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: key(streamId, "head"), ConsistentRead: true });
    const { Item } = await this.#db.send(command);
    return Item && headOf(Item);
  }

  /** Begins a new epoch in one update: the seq at which it begins is reckoned where the seq is kept (S11). */
  async takeover(streamId: string, fromEpoch: number): Promise<Offset | undefined> {
    const head = await this.#update(streamId, "SET epoch = :next, epochs.#next = seq + :one", {
      condition: "epoch = :from AND #state = :running",
      names: { "#state": "state", "#next": String(fromEpoch + 1) },
      values: { ":from": N(fromEpoch), ":next": N(fromEpoch + 1), ":one": N(1), ":running": S("running") },
    });
    if (head === undefined) return undefined;
    this.#heads.set(streamId, head);
    return { epoch: fromEpoch + 1, seq: head.seq + 1 };
  }

  requestCancel(streamId: string): Promise<HeadItem | undefined> {
    return this.#whileRunning(streamId, "SET cancel = :cancel", { ":cancel": { BOOL: true } });
  }

  /** Enters a follower for the stream's worker to serve; undefined where it has ended: then nobody will. */
  follow(streamId: string, connectionId: string, offset: string): Promise<HeadItem | undefined> {
    return this.#whileRunning(
      streamId,
      "SET followers.#id = :offset",
      { ":offset": S(offset) },
      { "#id": connectionId },
    );
  }

  async unfollow(streamId: string, connectionId: string): Promise<void> {
    await this.#whileRunning(streamId, "REMOVE followers.#id", {}, { "#id": connectionId });
  }

  /** What the last append's answer told; undefined in a process that does not write the stream. */
  told(streamId: string): HeadItem | undefined {
    return this.#heads.get(streamId);
  }

  /** Copies a committed tail to an item of its own. Its key is the tail's last seq, and no other content has that key. */
  async putTail(streamId: string, head: HeadItem): Promise<void> {
    const Item = { ...key(streamId, eventsAt(head.seq)), tail: lines(head.tail) };
    await this.#db.send(new PutItemCommand({ TableName: this.#table, Item }));
  }

  /** The one conditional update; undefined where it was refused. `head` is the state right before this append. */
  async #move(
    head: HeadItem,
    { streamId, epoch, seq, events, end }: Append,
    batch: string,
  ): Promise<HeadItem | undefined> {
    const full = sizeOf(head.tail) + Buffer.byteLength(batch) > this.#limits.tailBytes;
    if (full) await this.putTail(streamId, head);
    const tail = full ? "tail = :batch, tailFrom = :seq" : "tail = list_append(tail, :batch)";
    return this.#update(streamId, `SET seq = :last, #state = :end, ${tail}`, {
      condition: "epoch = :epoch AND seq = :before AND #state = :running",
      names: { "#state": "state" },
      values: {
        ":epoch": N(epoch),
        ":before": N(seq - 1),
        ":last": N(seq + events.length - 1),
        ":running": S("running"),
        ":end": S(end ?? "running"),
        ":batch": lines([batch]),
        ...(full && { ":seq": N(seq) }),
      },
    });
  }

  async #batch({ streamId, epoch, seq, at, events }: Append): Promise<string> {
    const text = events.join("\n");
    if (Buffer.byteLength(text) <= this.#limits.inlineBytes) return `${seq} ${at}\n${text}`;
    const name = `aside#${epoch}-${seq}-${createHash("sha256").update(text).digest("hex")}`;
    const parts = slices(Buffer.from(text), this.#limits.inlineBytes);
    for (const [index, bytes] of parts.entries()) {
      const Item = { ...key(streamId, `${name}#${index}`), bytes: { B: bytes } };
      await this.#db.send(new PutItemCommand({ TableName: this.#table, Item }));
    }
    return `${seq} ${at} ${parts.length} ${name}`;
  }

  async #events(streamId: string, batch: string): Promise<LoggedEvent[]> {
    const [label, ...inline] = batch.split("\n");
    const [seq, at, count, name] = label!.split(" ");
    const events = name === undefined ? inline : await this.#aside(streamId, name, Number(count));
    return events.map((json, index) => ({ seq: Number(seq) + index, at: Number(at), json }));
  }

  async #aside(streamId: string, name: string, count: number): Promise<string[]> {
    const keys = Array.from({ length: count }, (_, index) => key(streamId, `${name}#${index}`));
    const gets = keys.map((Key) => new GetItemCommand({ TableName: this.#table, Key, ConsistentRead: true }));
    const parts = await Promise.all(gets.map((get) => this.#db.send(get)));
    if (parts.some((part) => part.Item === undefined)) return [];
    return Buffer.concat(parts.map((part) => part.Item!["bytes"]!.B!))
      .toString()
      .split("\n");
  }

  async #older(streamId: string, from: number, to: number): Promise<string[]> {
    const batches: string[] = [];
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.#db.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
          ExpressionAttributeValues: { ":pk": S(streamId), ":from": S(eventsAt(from)), ":to": S(eventsAt(to)) },
          ConsistentRead: true,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      for (const item of page.Items ?? []) batches.push(...item["tail"]!.L!.map((batch) => batch.S!));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return batches;
  }

  #whileRunning(
    streamId: string,
    update: string,
    values: Item,
    names: Record<string, string> = {},
  ): Promise<HeadItem | undefined> {
    return this.#update(streamId, update, {
      condition: "#state = :running",
      names: { "#state": "state", ...names },
      values: { ":running": S("running"), ...values },
    });
  }

  /** The head as it stands after the update; undefined where the condition did not hold. */
  async #update(
    streamId: string,
    update: string,
    { condition, names, values }: { condition: string; names: Record<string, string>; values: Item },
  ): Promise<HeadItem | undefined> {
    try {
      const { Attributes } = await this.#db.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: key(streamId, "head"),
          UpdateExpression: update,
          ConditionExpression: condition,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
          ReturnValues: "ALL_NEW",
        }),
      );
      return headOf(Attributes!);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}

function headOf(item: Item): HeadItem {
  const number = (name: string) => Number(item[name]!.N);
  const epochs = item["epochs"]!.M!;
  return {
    epochs: Array.from({ length: number("epoch") }, (_, index) => Number(epochs[index + 1]!.N)),
    seq: number("seq"),
    state: item["state"]!.S!,
    cancel: item["cancel"]!.BOOL!,
    followers: new Map(Object.entries(item["followers"]!.M!).map(([id, offset]) => [id, offset.S!])),
    tailFrom: number("tailFrom"),
    tail: item["tail"]!.L!.map((batch) => batch.S!),
  };
}

function goesOn(head: HeadItem, after: Offset | undefined): boolean {
  return after === undefined || isValidOffset(after, head.epochs, head.seq);
}

/** Whether the head's last batch is this append's (S5); its time may be another. */
function holds(head: HeadItem, { epoch, seq, events, end }: Append, batch: string): boolean {
  if (head.epochs.length !== epoch || epochOf(head.epochs, seq) !== epoch) return false;
  if (head.seq !== seq + events.length - 1 || head.state !== (end ?? "running")) return false;
  const timeless = (text: string) => text.replace(/^(\d+) \d+/, "$1");
  return timeless(head.tail.at(-1)!) === timeless(batch);
}

function slices(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
