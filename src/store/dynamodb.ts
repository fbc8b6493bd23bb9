import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Backend } from "../backend.ts";
import type { Blobs } from "../blobs.ts";
import { type Clock, systemClock } from "../clock.ts";
import { SluiceError } from "../protocol/errors.ts";
import { DynamoRecords } from "../records/dynamodb.ts";
import type { Roster } from "../roster.ts";
import { Heads } from "./dynamodb/heads.ts";
import { DynamoRoster } from "./dynamodb/roster.ts";
import { DynamoStore } from "./dynamodb/store.ts";
import { TableClient } from "./dynamodb/table-client.ts";

export { TABLE, createTable, tableDefinition } from "./dynamodb/table.ts";

export interface DynamoOptions {
  /** The table's name; it must be as `TABLE` says. */
  readonly table: string;
  /** Made from the SDK's own variables by default. */
  readonly client?: DynamoDBClient;
  /** Where and of which region the service is; the SDK's own variables say by default. */
  readonly endpoint?: string;
  readonly region?: string;
  /** How long a writer counts as alive after it was last heard of, milliseconds; 15,000 by default. */
  readonly leaseMs?: number;
  /** Where uploads are kept; without it they are refused. */
  readonly blobs?: Blobs;
  /** Tells the roster whether who served an ended stream was heard of lately. */
  readonly clock?: Clock;
}

/** Streams, records and rosters in one table, uploads elsewhere. */
export interface DynamoBackend extends Backend {
  readonly roster: Roster;
}

const LEASE_MS = 15_000;

/** Whether an append went well is to be known within a few seconds, also where an answer is lost. */
const ATTEMPTS = 3;
const ANSWER_MS = 1500;

/** Opens a table of DynamoDB. Many processes may share it. */
export async function dynamodb(options: DynamoOptions): Promise<DynamoBackend> {
  const { table, client, leaseMs = LEASE_MS, blobs, clock = systemClock } = options;
  const own = client ?? openClient(options);
  const db = new TableClient(own, table);
  const heads = new Heads(db);
  return {
    store: new DynamoStore(db, heads, leaseMs),
    records: new DynamoRecords(db),
    blobs: blobs ?? noBlobs,
    roster: new DynamoRoster(db, heads, leaseMs, clock),
    async close() {
      await blobs?.close();
      if (client === undefined) own.destroy();
    },
  };
}

function openClient({ endpoint, region }: DynamoOptions): DynamoDBClient {
  return new DynamoDBClient({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    maxAttempts: ATTEMPTS,
    // Without the last one a time that is over is a warning, and no more.
    requestHandler: { connectionTimeout: ANSWER_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
  });
}

const noBlobs: Blobs = {
  put: () => Promise.reject(new SluiceError("unsupported_media_type", "This server keeps no uploads.")),
  get: async () => undefined,
  delete: async () => false,
  sweep: async () => {},
  close: async () => {},
};
