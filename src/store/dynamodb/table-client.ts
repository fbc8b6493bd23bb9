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
  readonly filter?: string;
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

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.table = table;
  }

  async get(key: Key): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.table, Key: keyOf(key), ConsistentRead: true });
    return (await this.#client.send(command)).Item;
  }

  /** Those of them that there are, in any order. */
  async getAll(keys: readonly Key[]): Promise<Item[]> {
    const found: Item[] = [];
    const open = keys.map(keyOf);
    while (open.length > 0) {
      const asked = open.splice(0, MOST_KEYS);
      const { Responses, UnprocessedKeys } = await this.#client.send(
        new BatchGetItemCommand({ RequestItems: { [this.table]: { Keys: asked, ConsistentRead: true } } }),
      );
      found.push(...(Responses?.[this.table] ?? []));
      open.push(...(UnprocessedKeys?.[this.table]?.Keys ?? []));
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

  /** Pages of what is found, in the order of the sort key. An index may lag behind the table by a moment; the table does not. */
  async *query({ keys, filter, index, newestFirst, limit, names, values }: PageQuery): AsyncGenerator<Item[]> {
    let ExclusiveStartKey: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.table,
          IndexName: index,
          KeyConditionExpression: keys,
          FilterExpression: filter,
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
