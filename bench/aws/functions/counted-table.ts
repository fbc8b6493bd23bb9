import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LambdaHandler } from "sluice/lambda";
import { tell } from "../told.ts";

let writes = 0;
let units = 0;

/** A client that counts what its writes cost. */
export function countedClient(): DynamoDBClient {
  const client = new DynamoDBClient({});
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        if (!/^(Put|Update|Delete)Item/.test(commandName)) return next(args);
        Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
        const answer = await next(args);
        const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } };
        writes += 1;
        units += ConsumedCapacity?.CapacityUnits ?? 0;
        return answer;
      },
    { step: "initialize" },
  );
  return client;
}

/** Tells at the end of each invocation what was written since the last end. */
export function counted(name: string, handler: LambdaHandler): LambdaHandler {
  return async (event, context) => {
    try {
      return await handler(event, context);
    } finally {
      tell({ spent: { function: name, writes, units } });
      [writes, units] = [0, 0];
    }
  };
}
