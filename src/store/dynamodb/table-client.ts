import { setTimeout } from "node:timers/promises";
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;

/** An item's place in the table. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A condition, or an update with one. Names stand for themselves with a `#`, values with a `:`. */
export interface Terms {
  readonly condition?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
}

export interface PageQuery extends Terms {
  readonly keys: string;
  readonly index?: string;
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

export const S = (text: string): AttributeValue => ({ S: text });
export const N = (value: number): AttributeValue => ({ N: String(value) });

/** The commands that are used of DynamoDB: on single items, each with its condition, and queries. */
export class TableClient {
  readonly #client: DynamoDBClient;
  readonly table: string;
  readonly #pause: (ms: number) => Promise<unknown>;

  constructor(client: DynamoDBClient, table: string, pause: (ms: number) => Promise<unknown> = setTimeout) {
    this.#client = client;
    this.table = table;
    this.#pause = pause;
  }

  async get(key: Key): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.table, Key: keyOf(key), ConsistentRead: true });
    return (await this.#client.send(command)).Item;
  }

  /** Those of them that there are, in any order. Those that the service had no room for are asked for again, ever later. */
  async getAll(keys: readonly Key[]): Promise<Item[]> {
    const found: Item[] = [];
    const open = keys.map(keyOf);
    let refusals = 0;
    while (open.length > 0) {
      if (refusals > MOST_REFUSALS) throw new Error("DynamoDB leaves items unread again and again.");
      if (refusals > 0) await this.#pause(pauseAfter(refusals));
      const asked = open.splice(0, MOST_KEYS);
      const { Responses, UnprocessedKeys } = await this.#client.send(
        new BatchGetItemCommand({ RequestItems: { [this.table]: { Keys: asked, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[this.table] ?? []));
      const left = UnprocessedKeys?.[this.table]?.Keys ?? [];
      refusals = left.length === 0 ? 0 : refusals + 1;
      open.push(...left);
    }
    return found;
  }

  /** False where the condition did not hold. */
  async put(key: Key, item: Item, { condition, names, values }: Terms = {}): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: this.table,
      Item: { ...item, ...keyOf(key) },
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
    return (await whereHolds(this.#client.send(command))) !== undefined;
  }

  /** The item as it stands after the update, or stood before it; undefined where the condition did not hold. */
  async update(key: Key, update: string, terms: Terms, before = false): Promise<Item | undefined> {
    const command = new UpdateItemCommand({
      TableName: this.table,
      Key: keyOf(key),
      UpdateExpression: update,
      ConditionExpression: terms.condition,
      ExpressionAttributeNames: terms.names,
      ExpressionAttributeValues: terms.values,
      ReturnValues: before ? "ALL_OLD" : "ALL_NEW",
    });
    const answer = await whereHolds(this.#client.send(command));
    return answer === undefined ? undefined : (answer.Attributes ?? {});
  }

  /** The item that was removed; undefined where there was none, or the condition did not hold. */
  async delete(key: Key, { condition, names, values }: Terms = {}): Promise<Item | undefined> {
    const command = new DeleteItemCommand({
      TableName: this.table,
      Key: keyOf(key),
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      ReturnValues: "ALL_OLD",
    });
    return (await whereHolds(this.#client.send(command)))?.Attributes;
  }

  /** Pages of one list of `gsi1`, newest first, from behind that place on, as the table itself has the items. */
  async *list(partition: string, place: string | undefined, limit: number): AsyncGenerator<Item[]> {
    const pages = this.query({
      index: "gsi1",
      keys: place === undefined ? "gsi1pk = :list" : "gsi1pk = :list AND gsi1sk < :place",
      values: { ":list": S(partition), ...(place !== undefined && { ":place": S(place) }) },
      newestFirst: true,
      limit,
    });
    for await (const page of pages) yield this.whole(page);
  }

  /** The items that a page of an index names, in its order, without those that are gone meanwhile. */
  async whole(page: readonly Item[]): Promise<Item[]> {
    const items = await this.getAll(page.map((item): Key => ({ pk: item["pk"]!.S!, sk: item["sk"]!.S! })));
    const byKey = new Map(items.map((item) => [nameOf(item), item]));
    return page.map((item) => byKey.get(nameOf(item))).filter((item) => item !== undefined);
  }

  /** Pages of what is found, in the order of the sort key. An index may lag behind the table by a moment; the table does not. */
  async *query({ keys, index, newestFirst, limit, names, values }: PageQuery): AsyncGenerator<Item[]> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.table,
          IndexName: index,
          KeyConditionExpression: keys,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
          ConsistentRead: index === undefined,
          ScanIndexForward: newestFirst !== true,
          Limit: limit,
          ExclusiveStartKey,
        }),
      );
      yield page.Items ?? [];
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }
}

/** Keys of one batch (DynamoDB API reference, BatchGetItem). */
const MOST_KEYS = 100;

/** How often in a row a batch may come back with keys left over. */
const MOST_REFUSALS = 8;

/** The first pause before they are asked for again, milliseconds; each is twice the one before. */
const PAUSE_MS = 50;

/** Not the same for all, so that not all come back at once. */
function pauseAfter(refusals: number): number {
  const most = PAUSE_MS * 2 ** (refusals - 1);
  return most / 2 + (Math.random() * most) / 2;
}

function nameOf(item: Item): string {
  return `${item["pk"]!.S} ${item["sk"]!.S}`;
}

function keyOf({ pk, sk }: Key): Item {
  return { pk: S(pk), sk: S(sk) };
}

async function whereHolds<Answer>(sent: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await sent;
  } catch (thrown) {
    if (thrown instanceof ConditionalCheckFailedException) return undefined;
    throw thrown;
  }
}
