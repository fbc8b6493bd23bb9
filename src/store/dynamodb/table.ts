import { CreateTableCommand, type CreateTableCommandInput, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * The one table, as infrastructure must make it. `pk` and `sk` are strings, and so are the keys of the indexes. The attribute
 * `ttl` (epoch seconds) must be set as the table's time to live: it removes what no sweep came to.
 */
export const TABLE = {
  keys: ["pk", "sk"],
  indexes: [
    /** Lists, newest first. */
    { name: "gsi1", keys: ["gsi1pk", "gsi1sk"] },
    /** What is due: leases, retention, forgetting. */
    { name: "gsi2", keys: ["gsi2pk", "gsi2sk"] },
  ],
  ttl: "ttl",
} as const;

/** The table's definition for the API; time to live is set apart, where the service knows it. */
export function tableDefinition(name: string): CreateTableCommandInput {
  const keySchema = (keys: readonly [string, string]) => [
    { AttributeName: keys[0], KeyType: "HASH" as const },
    { AttributeName: keys[1], KeyType: "RANGE" as const },
  ];
  const attributes = [...TABLE.keys, ...TABLE.indexes.flatMap(({ keys }) => keys)];
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: keySchema(TABLE.keys),
    GlobalSecondaryIndexes: TABLE.indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.keys),
      Projection: { ProjectionType: "KEYS_ONLY" },
    })),
  };
}

/** Makes the table, on a machine of one's own or in a test. */
export async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(new CreateTableCommand(tableDefinition(name)));
}
