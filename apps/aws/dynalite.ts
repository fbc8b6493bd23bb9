import { once } from "node:events";
import { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { createTable } from "sluice/store/dynamodb";

/** DynamoDB's stand-in, in memory, with the one table made. */
export interface LocalTable {
  readonly url: string;
  close(): Promise<void>;
}

export async function startTable(table: string): Promise<LocalTable> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: url, region: "us-east-1", credentials });
  await createTable(client, table);
  client.destroy();
  return {
    url,
    async close() {
      // Its own `close` takes the database away from requests of clients that are dead, and fails; the tables are memory alone.
      const closed = new Promise((resolve) => Server.prototype.close.call(server, resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
